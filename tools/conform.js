/**
 * Replays a client's day on each wire against a running Curfew, and prints what came beside what was expected.
 *
 *   ADMIN_PASSWORD=… npm run conform -- --url http://127.0.0.1:3000
 *   npm run conform -- --url https://sessions.example.org --contract elvis --json
 *
 * It needs an administrator of the first application: ADMIN_EMAIL and ADMIN_PASSWORD, or a token in CURFEW_TOKEN. It makes
 * a throw-away user with it and removes them again; the audit events of that user's sessions stay, as all events do.
 */
import { parseArgs } from 'node:util';
import { backendlessDay } from './conform/backendless-day.js';
import { Day } from './conform/day.js';
import { dittofiDay } from './conform/dittofi-day.js';
import { elvisDay } from './conform/elvis-day.js';
import { nativeDay } from './conform/native-day.js';
import { tableOf } from './conform/table.js';
import { restedDay } from './conform/rested-day.js';
import { Administrator } from './conform/throw-away-user.js';

const DAYS = {
  native: nativeDay,
  dittofi: dittofiDay,
  backendless: backendlessDay,
  rested: restedDay,
  elvis: elvisDay,
};
const NAMES = /** @type {(keyof typeof DAYS)[]} */ (Object.keys(DAYS));

/** @typedef {import('./conform/day.js').Step} Step */

class UsageError extends Error {}
class Interrupted extends Error {}

function optionsOf() {
  try {
    const { values } = parseArgs({
      options: {
        url: { type: 'string', default: 'http://127.0.0.1:3000' },
        contract: { type: 'string', multiple: true },
        application: { type: 'string' },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
    const unknown = values.contract?.find((name) => !(name in DAYS));
    if (unknown) throw new UsageError(`--contract ${unknown}: there is ${NAMES.join(', ')}`);
    if (!URL.canParse(values.url))
      throw new UsageError(`--url ${values.url}: an address such as http://127.0.0.1:3000`);
    return { ...values, url: new URL(values.url).origin };
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

/** @param {ReturnType<typeof optionsOf>} options */
async function run({ url, contract: asked, application: applicationId, json }) {
  const { CURFEW_TOKEN: token, ADMIN_EMAIL: login, ADMIN_PASSWORD: password } = process.env;
  const administrator = await Administrator.enter(url, { token, login, password });
  /** @type {Step[]} */
  const steps = [];
  let isInterrupted = false;
  process.once('SIGINT', () => (isInterrupted = true));
  const onStep = (/** @type {Step} */ step) => {
    if (isInterrupted) throw new Interrupted('Interrupted; the throw-away user is removed.');
    steps.push(step);
  };
  try {
    const application = await administrator.application(applicationId);
    for (const name of asked ? NAMES.filter((each) => asked.includes(each)) : await wiresOf(url)) {
      if (!json) process.stderr.write(`${name} …\n`);
      await dayOf(name, url, administrator, application, onStep);
    }
  } finally {
    await administrator.leave();
  }
  return report(steps, url, json);
}

/**
 * A user for each day: one wire's policy of parallel sessions is no matter to another's.
 *
 * @param {keyof typeof DAYS} name
 * @param {string} url
 * @param {Administrator} administrator
 * @param {import('./conform/throw-away-user.js').Application} application
 * @param {(step: Step) => void} onStep
 */
async function dayOf(name, url, administrator, application, onStep) {
  const origin = application.requiresOrigin ? (application.allowedOrigins[0] ?? url) : undefined;
  const user = await administrator.makeUser(application.id);
  try {
    await DAYS[name](new Day(name, url, onStep, origin ? { origin } : {}), user, application);
  } catch (error) {
    if (error instanceof Interrupted) throw error;
    const got = error instanceof Error ? error.message : String(error);
    onStep({ contract: name, step: 'the day can begin', expected: 'yes', got, ms: 0, passed: false });
  } finally {
    await administrator.removeUser(application.id, user.id);
  }
}

/** Our own routes, and the wires that are switched on: each has its document. @param {string} url */
async function wiresOf(url) {
  const isOn = async (/** @type {string} */ name) =>
    name === 'native' || (await fetch(`${url}/docs/${name}/json`)).status === 200;
  const states = await Promise.all(NAMES.map(isOn));
  return NAMES.filter((_, place) => states[place]);
}

/** @param {Step[]} steps @param {string} url @param {boolean} isJson */
function report(steps, url, isJson) {
  const passed = steps.filter((step) => step.passed).length;
  if (isJson) console.log(JSON.stringify({ url, passed, total: steps.length, steps }, null, 2));
  else {
    for (const name of new Set(steps.map(({ contract }) => contract))) {
      console.log(
        `\n${tableOf(
          name,
          steps.filter(({ contract }) => contract === name),
        )}`,
      );
    }
    console.log(`\n${passed} of ${steps.length} steps passed.`);
  }
  return steps.length > 0 && passed === steps.length ? 0 : 1;
}

try {
  const options = optionsOf();
  if (options.help)
    console.log(`npm run conform -- [--url …] [--contract ${NAMES.join('|')}] [--application id] [--json]`);
  else process.exitCode = await run(options);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = error instanceof UsageError ? 2 : error instanceof Interrupted ? 130 : 1;
}
// Kept-alive connections would keep the process waiting for nothing.
process.stdout.write('', () => process.exit());
