import Backendless from 'backendless';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';

// One start of a client whose storage outlives it: argv is the storage's file, the options of initApp as JSON, and what to do.
const [, , file = '', options = '', act = '', login = '', password = ''] = process.argv;

/** What a browser's localStorage is to the SDK, in a file. */
class FileStorage {
  /** @returns {Record<string, unknown>} */
  all() {
    return existsSync(file) ? /** @type {Record<string, unknown>} */ (JSON.parse(readFileSync(file, 'utf8'))) : {};
  }

  /** @param {string} key */
  get(key) {
    return this.all()[key];
  }

  /** @param {string} key @param {unknown} value */
  set(key, value) {
    writeFileSync(file, JSON.stringify({ ...this.all(), [key]: value }));
  }

  /** @param {string} key */
  remove(key) {
    const { [key]: _, ...rest } = this.all();
    writeFileSync(file, JSON.stringify(rest));
  }
}

/** @type {Record<string, () => Promise<unknown>>} */
const ACTS = {
  logIn: () => Backendless.UserService.login(login, password, true),
  look: async () => ({
    isValid: await Backendless.UserService.isValidLogin(),
    user: await Backendless.UserService.getCurrentUser(),
    roles: await Backendless.UserService.getUserRoles(),
  }),
  logOut: () => Backendless.UserService.logout(),
};

Backendless.initApp(/** @type {{ appId: string }} */ (JSON.parse(options)));
// The SDK's types do not know this method.
/** @type {{ setStorage(storage: typeof FileStorage): void }} */ (
  /** @type {unknown} */ (Backendless.LocalCache)
).setStorage(FileStorage);
const outcome = await ACTS[act]?.().then(
  (result) => ({ result: result ?? null }),
  (/** @type {{ code: number, status: number }} */ { code, status }) => ({ code, status }),
);
process.stdout.write(JSON.stringify({ ...outcome, stored: Object.keys(new FileStorage().all()) }));
