import type { InjectOptions } from 'light-my-request';
import { Agent } from 'node:http';
import { ask } from './bench/keep-alive-client.js';
import type { Door, WireAnswer } from './wires.js';

/** A node asked over real HTTP, on connections that are kept. */
export class HttpDoor implements Door {
  private readonly agent = new Agent({ keepAlive: true });

  constructor(private readonly origin: string) {}

  get(url: string, options: InjectOptions = {}): Promise<WireAnswer> {
    return this.request('GET', url, options);
  }

  post(url: string, options: InjectOptions = {}): Promise<WireAnswer> {
    return this.request('POST', url, options);
  }

  close(): void {
    this.agent.destroy();
  }

  private async request(method: string, url: string, { headers, payload }: InjectOptions): Promise<WireAnswer> {
    const isJson = payload !== undefined && typeof payload !== 'string';
    const { status, body, ...answer } = await ask(
      this.origin + url,
      { agent: this.agent, method, headers: { ...(isJson && { 'content-type': 'application/json' }), ...headers } },
      isJson ? JSON.stringify(payload) : payload,
    );
    return { statusCode: status, headers: answer.headers, body, json: () => JSON.parse(body) };
  }
}
