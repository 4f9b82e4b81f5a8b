const ID = '019aa3f27c1e7d3a9b1f2f4c5d6e7f80';
const INSTANTS = { createdAt: '2026-11-20T18:00:00.000Z', updatedAt: '2026-11-20T18:00:00.000Z' };
const NOTE = { title: 'Milk', isDone: false };

/** What Swagger UI shows of answers. */
export const ANSWERS = {
  user: { summary: 'A user', value: { uniqueId: ID, data: { username: 'alice', colour: 'green' }, ...INSTANTS } },
  record: { summary: 'A record', value: { uniqueId: ID, data: NOTE, ...INSTANTS } },
  list: { summary: 'A list of records', value: [{ uniqueId: ID, data: NOTE, ...INSTANTS }] },
  dataOnly: { summary: 'With dataOnly=true', value: NOTE },
};

/** What it fills in for each operation of POST. */
export const POSTED = {
  login: {
    summary: 'Log in, with login=true',
    value: { username: 'admin@localhost', password: 'the password that the first start printed' },
  },
  logout: { summary: 'Log out, with logout=true', value: {} },
  registration: {
    summary: 'Register',
    value: { username: 'alice', password: 'correct horse battery staple', colour: 'green' },
  },
  record: { summary: 'Create a record', value: NOTE },
};

export const PUT = {
  user: { summary: 'The own user', value: { username: 'alice', colour: 'blue' } },
  record: { summary: 'A record', value: { ...NOTE, isDone: true } },
};
