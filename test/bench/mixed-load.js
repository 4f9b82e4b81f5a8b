/** A steady, moderate mixture: checks of our own route and of a wire, logins, logouts. */
import { Agent } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { ask, KeepAliveClient } from './keep-alive-client.js';

const LOGINS_PER_SECOND = 5;
/** @typedef {{ connections: number, perSecond: number }} Rate */
/** @typedef {{ checks: Rate, wireChecks: Rate }} Rates */
/** @type {Rates} */
const USUAL = { checks: { connections: 16, perSecond: 400 }, wireChecks: { connections: 8, perSecond: 90 } };
export const REQUESTS_PER_SECOND = USUAL.checks.perSecond + USUAL.wireChecks.perSecond + 2 * LOGINS_PER_SECOND;

export class MixedLoad {
  /** @type {Record<string, number>} Answers by kind and status. */
  answers = {};
  isStopping = false;

  /**
   * @param {string} origin
   * @param {{ native: string[], elvis: string[] }} tokens
   * @param {{ login: string, password: string }[]} credentials
   * @param {Rates} rates
   */
  constructor(origin, tokens, credentials, { checks, wireChecks } = USUAL) {
    this.origin = origin;
    this.checks = new KeepAliveClient(`${origin}/api/v1/auth/session`, tokens.native, checks);
    this.wireChecks = new KeepAliveClient(`${origin}/services/ping`, tokens.elvis, wireChecks);
    this.ended = this.keepEntering(credentials);
  }

  /** How many were answered as they should be since the last time, and the others by kind and status. */
  take() {
    for (const { status } of this.checks.take()) this.count('check', status);
    for (const { status } of this.wireChecks.take()) this.count('wire check', status);
    const { 'check 200': checks = 0, 'wire check 200': wireChecks = 0, ...rest } = this.answers;
    const { 'login 200': logins = 0, 'logout 204': logouts = 0, ...failures } = rest;
    this.answers = {};
    return { right: checks + wireChecks + logins + logouts, failures };
  }

  async stop() {
    this.isStopping = true;
    await Promise.all([this.checks.stop(), this.wireChecks.stop(), this.ended]);
  }

  /**
   * @param {string} kind
   * @param {number} status
   */
  count(kind, status) {
    const key = `${kind} ${status}`;
    this.answers[key] = (this.answers[key] ?? 0) + 1;
  }

  /** @param {{ login: string, password: string }[]} credentials */
  async keepEntering(credentials) {
    const agent = new Agent({ keepAlive: true });
    for (let turn = 0; !this.isStopping; turn++) {
      const startedAt = performance.now();
      await this.enterAndLeave(agent, JSON.stringify(credentials[turn % credentials.length]));
      await pause(Math.max(0, 1_000 / LOGINS_PER_SECOND - (performance.now() - startedAt)));
    }
    agent.destroy();
  }

  /**
   * @param {Agent} agent
   * @param {string} body
   */
  async enterAndLeave(agent, body) {
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
    const login = await ask(`${this.origin}/api/v1/auth/login`, { agent, method: 'POST', headers }, body);
    this.count('login', login.status);
    if (login.status !== 200) return;
    const { token } = /** @type {{ token: string }} */ (JSON.parse(login.body));
    const bearer = { authorization: `Bearer ${token}` };
    const logout = await ask(`${this.origin}/api/v1/auth/logout`, { agent, method: 'POST', headers: bearer });
    this.count('logout', logout.status);
  }
}
