/** A client's day with nothing but generated types: 401, log in, 200, log out, 401. Prints each status. */
import createClient from 'openapi-fetch';
import type { paths } from './generated/curfew.js';

const { CURFEW_URL: baseUrl = '', CURFEW_PASSWORD: password = '' } = process.env;
const curfew = createClient<paths>({ baseUrl });

const stranger = await curfew.GET('/api/v1/auth/session');
const refusal: string | undefined = stranger.error?.code;
const login = await curfew.POST('/api/v1/auth/login', { body: { login: 'admin@localhost', password } });
const token: string | undefined = login.data?.token;
const headers = { authorization: `Bearer ${token}` };
const known = await curfew.GET('/api/v1/auth/session', { headers });
const username: string | undefined = known.data?.user.username;
// @ts-expect-error A login has a password: the types must know.
void ((): unknown => curfew.POST('/api/v1/auth/login', { body: { login: 'admin@localhost' } }));
const logout = await curfew.POST('/api/v1/auth/logout', { headers });
const after = await curfew.GET('/api/v1/auth/session', { headers });

const statuses = [stranger, login, known, logout, after].map(({ response }) => response.status);
console.log(JSON.stringify({ statuses, refusal, username }));
