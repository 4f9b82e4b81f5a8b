import { setTimeout as pause } from 'node:timers/promises';
import { vi } from 'vitest';
import type { NodeProcess } from '../node-process.js';
import { PASSWORD } from '../server.js';
import { Latches } from './latches.js';
import { USERS } from './replicated-store.js';

const PATIENCE_MS = 4_000;
const CLIENTS = 12;

/** An answer, or none, and between which instants. */
export interface Answered {
  status: number;
  body: unknown;
  from: number;
  until: number;
}

/** A question that was answered well, by node: asked, and answered. */
export interface Service {
  kind: 'login' | 'check' | 'logout';
  node: number;
  from: number;
  at: number;
}

/** Clients that log in, are known and log out at any node, and check afterwards at every node. */
export class Load {
  readonly latches = new Latches();
  readonly services: Service[] = [];
  /** Statuses other than the expected ones and 503. */
  readonly odd: string[] = [];
  private isOver = false;
  private clients: Promise<void>[] = [];
  private ended: string[] = [];

  constructor(private readonly nodes: readonly NodeProcess[]) {}

  begin(): void {
    this.clients = Array.from({ length: CLIENTS }, (_, place) => this.client(place));
    this.clients.push(this.haunt());
  }

  /** Resolves when so many logouts more were answered: the machine may be busy. */
  async goesOn(logouts: number): Promise<void> {
    const { counts } = this.latches;
    const goal = counts.logouts + logouts;
    await vi.waitUntil(() => counts.logouts >= goal, { timeout: 60_000, interval: 20 });
  }

  async end(): Promise<void> {
    this.isOver = true;
    await Promise.all(this.clients);
  }

  async logIn(node: number, user: number): Promise<Answered & { token?: string }> {
    const answer = await this.ask(node, 'POST', '/api/v1/auth/login', { login: `user${user}`, password: PASSWORD });
    if (answer.status !== 200) return this.note(answer, 'login');
    const { token } = answer.body as { token: string };
    this.latches.begin(token);
    this.serve('login', node, answer);
    return { ...answer, token };
  }

  async logOut(node: number, token: string, scope = 'this'): Promise<Answered> {
    this.latches.mayEnd(token, performance.now());
    const answer = await this.ask(node, 'POST', '/api/v1/auth/logout', { scope }, token);
    if (answer.status !== 204) return this.note(answer, 'logout');
    this.latches.end(token, answer.until);
    this.serve('logout', node, answer);
    return answer;
  }

  /** Ends all other sessions of the user, in a transaction. */
  async changePassword(node: number, token: string): Promise<Answered> {
    const passwords = { currentPassword: PASSWORD, newPassword: `${PASSWORD}, again` };
    return this.ask(node, 'POST', '/api/v1/auth/password', passwords, token);
  }

  async check(node: number, token: string): Promise<Answered> {
    const answer = await this.ask(node, 'GET', '/api/v1/auth/session', undefined, token);
    const reading = answer.status === 200 ? 'live' : answer.status === 401 ? 'dead' : 'unknown';
    this.latches.read(token, reading, answer.from, answer.until, node);
    if (reading === 'unknown') return this.note(answer, 'check');
    this.serve('check', node, answer);
    return answer;
  }

  /** Milliseconds from an instant to the first good answer of a kind, at the node that was last to give one. */
  untilService(kind: Service['kind'], since: number): number {
    const firsts = this.nodes.map(
      (_, node) =>
        this.services.find((service) => service.kind === kind && service.node === node && service.at > since)?.at ??
        Infinity,
    );
    return Math.max(...firsts) - since;
  }

  /** The same for all kinds: until everything works at every node. */
  slowestAfter(since: number): number {
    return Math.max(...(['check', 'login', 'logout'] as const).map((kind) => this.untilService(kind, since)));
  }

  /** Asks every node about every token whose state is sure. */
  async review(): Promise<void> {
    const { live, dead } = this.latches.sure();
    const tokens = [...live, ...dead];
    while (tokens.length > 0)
      await Promise.all(tokens.splice(0, 50).flatMap((token) => this.nodes.map((_, node) => this.check(node, token))));
  }

  private async client(place: number): Promise<void> {
    for (let round = place; !this.isOver; round++) {
      const { token } = await this.logIn(round % this.nodes.length, (place + round * CLIENTS) % USERS);
      if (token === undefined) {
        await pause(20);
        continue;
      }
      await this.check((round + 1) % this.nodes.length, token);
      if (round % 5 === 0) continue; // some stay, and must live
      await this.logOutSurely(round + 2, token);
      await Promise.all(this.nodes.map((_, node) => this.check(node, token)));
      this.ended.push(token);
    }
  }

  /** As clients do: again, at another node, until it is answered. */
  private async logOutSurely(from: number, token: string): Promise<void> {
    for (let node = from; !this.isOver; node++) {
      if ((await this.logOut(node % this.nodes.length, token)).status === 204) return;
      await pause(20);
    }
  }

  /** What ended lately is asked about again and again, at every node. */
  private async haunt(): Promise<void> {
    for (let round = 0; !this.isOver; round++) {
      const recent = this.ended.slice(-50);
      const token = recent[round % Math.max(1, recent.length)];
      if (token === undefined) await pause(10);
      else await Promise.all(this.nodes.map((_, node) => this.check(node, token)));
    }
  }

  private serve(kind: Service['kind'], node: number, { from, until }: Answered): void {
    this.services.push({ kind, node, from, at: until });
  }

  private note(answer: Answered, what: string): Answered {
    if (answer.status !== 503 && answer.status !== 0)
      this.odd.push(`${what} ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer;
  }

  private async ask(node: number, method: string, path: string, body?: object, token?: string): Promise<Answered> {
    const from = performance.now();
    try {
      const answer = await fetch(this.nodes[node]!.origin + path, {
        method,
        headers: {
          ...(body && { 'content-type': 'application/json' }),
          ...(token !== undefined && { authorization: `Bearer ${token}` }),
        },
        ...(body && { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(PATIENCE_MS),
      });
      const text = await answer.text();
      const read: unknown = text === '' ? undefined : JSON.parse(text);
      return { status: answer.status, body: read, from, until: performance.now() };
    } catch {
      return { status: 0, body: undefined, from, until: performance.now() };
    }
  }
}
