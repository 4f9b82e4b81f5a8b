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
];

/** Open to the guard, since one address serves open and secured endpoints: each operation asks for its token by itself. */
export const ENDPOINT_ROUTES = ['GET', 'POST', 'PUT', 'DELETE'].map((method) => `${method} /api/1/ce/{endpoint}`);
