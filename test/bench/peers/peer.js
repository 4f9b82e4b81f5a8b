/**
 * What must be known of a server to race it. Its tables hold USERS users `user1`…, and the first of them SESSIONS_EACH
 * live sessions each, made by plain SQL; endings take theirs from the users after those.
 */
import { hash } from '@node-rs/argon2';
import { createHmac } from 'node:crypto';

export const USERS = 150_000;
export const USERS_WITH_SESSIONS = 50_000;
export const SESSIONS_EACH = 2;
export const SECRET = 'a secret of this bench alone, 0123456789abcdef';
export const PASSWORD = 'seven silent owls at midnight';
/** What Curfew asks of argon2id, and the least that argon2id can be asked. */
const ARGON2_COSTS = {
  full: { memoryCost: 19_456, timeCost: 2, parallelism: 1 },
  least: { memoryCost: 8, timeCost: 1, parallelism: 1 },
};

/** @typedef {import('../requests.js').Request} Request */
/** @typedef {'full' | 'least'} HashCost */
/**
 * @typedef {object} Peer
 * @property {string} label
 * @property {string} does What it does for a check, for the reader.
 * @property {string} script
 * @property {Record<string, string>} [environment]
 * @property {string} alivePath
 * @property {(origin: string) => Promise<void>} [prepare] What only the running server can make.
 * @property {string[]} fill
 * @property {string} startSessions For users $1 to $2, $3 sessions each; answers `place`, the user's, and `token`.
 * @property {(cost: HashCost) => Promise<[text: string, values: unknown[]]>} [givePasswords] To the users up to $1 in `values`.
 * @property {(token: string) => Record<string, string>} carry The headers that carry a token.
 * @property {Request} check
 * @property {(name: string) => Request} [login]
 * @property {(answer: Response, body: string) => Record<string, string>} [carryFrom] The headers after a login.
 * @property {Request} [logOut]
 * @property {Request} [logOutEverywhere]
 * @property {string} [end] Where it has no logout: SQL that ends the sessions of the user named $1.
 * @property {{ status: number, body?: RegExp }} refusal
 */

/** @param {HashCost} cost */
export function argon2Hash(cost) {
  return hash(PASSWORD, ARGON2_COSTS[cost]);
}

/**
 * As Express and better-auth sign what a cookie carries.
 *
 * @param {string} value
 */
export function signed(value) {
  return `${value}.${createHmac('sha256', SECRET).update(value).digest('base64')}`;
}

/** @param {Response} answer */
export function cookieOf(answer) {
  return {
    cookie: answer.headers
      .getSetCookie()
      .map((line) => line.split(';')[0])
      .join('; '),
  };
}
