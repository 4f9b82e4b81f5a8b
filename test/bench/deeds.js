/** What users do beside being checked, each over HTTP. */
import { ask } from './keep-alive-client.js';
import { PASSWORD } from './fill.js';
import { percentile } from './statistics.js';

/** @typedef {import('./keep-alive-client.js').Answer} Answer */
/** @typedef {{ origin: string, agent: import('node:http').Agent }} Server */

/**
 * @param {Server} server
 * @param {string} login
 * @param {string} [password]
 */
export function logIn(server, login, password = PASSWORD) {
  return post(server, '/api/v1/auth/login', {}, { login, password });
}

/**
 * @param {Server} server
 * @param {string} token
 * @param {{ scope?: 'all' | 'others' }} [body]
 */
export function logOut(server, token, body = {}) {
  return post(server, '/api/v1/auth/logout', bearer(token), body);
}

/**
 * @param {Server} server
 * @param {string} token
 */
export function listMine({ origin, agent }, token) {
  return ask(`${origin}/api/v1/sessions`, { agent, headers: bearer(token) });
}

/**
 * @param {Server} server
 * @param {string} token
 */
export function check({ origin, agent }, token) {
  return ask(`${origin}/api/v1/auth/session`, { agent, headers: bearer(token) });
}

/**
 * @param {Server} server
 * @param {string} path
 * @param {import('node:http').OutgoingHttpHeaders} headers
 * @param {object} body
 * @param {string} [method]
 */
export function post({ origin, agent }, path, headers, body, method = 'POST') {
  const text = JSON.stringify(body);
  const described = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text), ...headers };
  return ask(origin + path, { agent, method, headers: described }, text);
}

/** @param {string} token */
export function bearer(token) {
  return { authorization: `Bearer ${token}` };
}

/**
 * Every subject has its turn, so many at the same time; answers in no order.
 *
 * @template Subject
 * @param {Iterable<Subject>} subjects
 * @param {number} connections
 * @param {(subject: Subject) => Promise<Answer>} deed
 */
export async function each(subjects, connections, deed) {
  const rest = subjects[Symbol.iterator]();
  /** @type {Answer[]} */
  const answers = [];
  const work = async () => {
    for (let next = rest.next(); !next.done; next = rest.next()) answers.push(await deed(next.value));
  };
  await Promise.all(Array.from({ length: connections }, work));
  return answers;
}

/** @param {Answer[]} answers */
export function timesOf(answers) {
  const ms = answers.map((answer) => answer.ms);
  return { p50: rounded(percentile(ms, 50)), p99: rounded(percentile(ms, 99)) };
}

/** @param {number} value */
function rounded(value) {
  return Math.round(value * 100) / 100;
}
