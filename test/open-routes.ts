/** The routes that are open to strangers; a new one is a decision, made here. */
export const OPEN = [
  'POST /api/v1/auth/login',
  'POST /api/v1/auth/logout',
  'POST /api/v1/auth/password/link',
  'GET /password',
  'POST /password',
  'GET /health/live',
  'GET /health/ready',
  'GET /.well-known/oauth-authorization-server',
  'GET /.well-known/jwks.json',
  ...['/v1', '/iapi/v1'].flatMap((base) => [
    `POST ${base}/login`,
    `GET ${base}/logout_user`,
    `GET ${base}/logout`,
    `POST ${base}/signup`,
  ]),
  'GET /api/users/logout',
  'POST /api/users/login',
  'GET /api/users/isvalidusertoken/{token}',
  'GET /api/users/userroles',
  'GET /api/users/userroles/{objectId}',
  'POST /api/users/register',
  'POST /api/users/register/guest',
  'GET /api/users/userclassprops',
  'GET /api/users/restorepassword/{identity}',
  'GET /api/info',
  'POST /api/log',
  'PUT /api/log',
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

/** Those among them that treat a caller with a token otherwise than one without. */
export const MAY_TAKE_TOKEN = [
  'POST /api/v1/auth/logout',
  'GET /api/users/logout',
  'GET /api/users/userroles',
  'GET /api/users/userclassprops',
  'GET /api/info',
  'POST /api/log',
  'PUT /api/log',
  'POST /services/logout',
  'GET /logout',
  'POST /logout',
  'GET /alive.txt',
  'POST /alive.txt',
];

/** In no document, and in no list of what is allowed: open where an application wants it, 405 elsewhere. */
export const UNLISTED = ['POST /api/users/logout'];
/** Open to the guard, since one address serves open and secured endpoints: each operation asks for its token by itself. */
export const ENDPOINT_ROUTES = ['GET', 'POST', 'PUT', 'DELETE'].map((method) => `${method} /api/1/ce/{endpoint}`);
