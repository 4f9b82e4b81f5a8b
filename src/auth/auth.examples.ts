/** What Swagger UI fills in for a login: the founder's name, and where to find the password. */
const FOUNDER = { login: 'admin@localhost', password: 'the password that the first start printed' };

export const LOGIN_EXAMPLES = {
  bearer: { summary: 'Token in the answer: for apps and scripts', value: FOUNDER },
  cookie: { summary: 'Token as a cookie: for browsers', value: { ...FOUNDER, transport: 'cookie' } },
};

export const LOGOUT_EXAMPLES = {
  this: { summary: 'This session', value: {} },
  others: { summary: 'The user’s other sessions', value: { scope: 'others' } },
  all: { summary: 'All of the user’s sessions', value: { scope: 'all' } },
};
