/** The routes that are open to strangers; a new one is a decision, made here. */
export const OPEN = [
  'POST /api/v1/auth/login',
  'POST /api/v1/auth/logout',
  'GET /health/live',
  'GET /health/ready',
  ...['/v1', '/iapi/v1'].flatMap((base) => [
    `POST ${base}/login`,
    `GET ${base}/logout_user`,
    `GET ${base}/logout`,
    `POST ${base}/signup`,
  ]),
  'POST /services/login',
  'GET /services/login',
  'POST /services/apilogin',
  'POST /services/logout',
  'GET /logout',
  'POST /logout',
  'GET /logout/done',
  'GET /alive.txt',
  'POST /alive.txt',
];
