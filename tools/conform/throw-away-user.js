/** A user made for one run with an administrator's token, and removed after it. */
import { randomBytes } from 'node:crypto';

/** @typedef {{ id: string, login: string, password: string }} User */
/** @typedef {{ id: string, status: string, keys: { kind: string, key: string | null }[], allowedOrigins: string[], requiresOrigin: boolean, endpoints: { name: string, kind: string, isSecure?: boolean }[], wires: { elvis?: { sendServiceErrorAsJson?: boolean, isLogoutStrict?: boolean }, rested?: { isLogoutStrict?: boolean } } }} Application */

export class Administrator {
  /**
   * @param {string} url
   * @param {string} token
   * @param {boolean} isOurLogin
   */
  constructor(url, token, isOurLogin) {
    this.url = url;
    this.token = token;
    this.isOurLogin = isOurLogin;
  }

  /**
   * With a token that is there already, or by logging in.
   *
   * @param {string} url
   * @param {{ token?: string | undefined, login?: string | undefined, password?: string | undefined }} credentials
   */
  static async enter(url, { token, login = 'admin@localhost', password }) {
    if (token) return new Administrator(url, token, false);
    if (!password)
      throw new Error('Set ADMIN_PASSWORD (and ADMIN_EMAIL), or CURFEW_TOKEN to the token of an administrator.');
    const answer = await fetch(`${url}/api/v1/auth/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ login, password, label: 'conform' }),
    }).catch((/** @type {Error} */ error) => {
      throw new Error(`${url} does not answer: ${error.cause instanceof Error ? error.cause.message : error.message}`);
    });
    const text = await answer.text();
    if (answer.status !== 200) throw new Error(`The administrator could not log in: ${detailOf(text)}`);
    const { token: fresh } = /** @type {{ token: string }} */ (JSON.parse(text));
    return new Administrator(url, fresh, true);
  }

  /** The application to test: the one named, or the administrator's own. @param {string} [id] @returns {Promise<Application>} */
  async application(id) {
    const own = /** @type {{ session: { applicationId: string } }} */ (await this.ask('/api/v1/auth/session'));
    const path = `/api/v1/admin/applications/${id ?? own.session.applicationId}`;
    return /** @type {Application} */ (await this.ask(path));
  }

  /** @param {string} applicationId @returns {Promise<User>} */
  async makeUser(applicationId) {
    const login = `conform-${randomBytes(6).toString('hex')}@example.org`;
    const password = randomBytes(18).toString('base64url');
    const body = { username: login, password, displayName: 'Conform' };
    const path = `/api/v1/admin/users?applicationId=${applicationId}`;
    const { id } = /** @type {{ id: string }} */ (await this.ask(path, 'POST', body));
    return { id, login, password };
  }

  /** All of the user's sessions go too. @param {string} applicationId @param {string} id */
  async removeUser(applicationId, id) {
    await this.ask(`/api/v1/admin/users/${id}?applicationId=${applicationId}`, 'DELETE');
  }

  /** Leaves no session of our own behind. */
  async leave() {
    if (this.isOurLogin) await this.ask('/api/v1/auth/logout', 'POST', {});
  }

  /** @param {string} path @param {string} [method] @param {unknown} [body] @returns {Promise<unknown>} */
  async ask(path, method = 'GET', body) {
    const answer = await fetch(this.url + path, {
      method,
      headers: {
        authorization: `Bearer ${this.token}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    if (answer.status === 204) return undefined;
    const text = await answer.text();
    if (answer.ok) return /** @type {unknown} */ (JSON.parse(text));
    throw new Error(`${method} ${path.split('?')[0]} was answered ${answer.status}: ${detailOf(text)}`);
  }
}

/** @param {string} text */
function detailOf(text) {
  try {
    return /** @type {{ detail?: string }} */ (JSON.parse(text)).detail ?? text.slice(0, 200);
  } catch {
    return text.slice(0, 200);
  }
}
