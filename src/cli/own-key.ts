import { hostname } from 'node:os';
import { ServiceKeyService } from '../service-key/service-key.service.js';

const MINUTE_MS = 60_000;
/** A key that was left behind by a crash opens nothing for long. */
const LIFETIME_MS = 10 * MINUTE_MS;

/** The service key of one command that works on its own database: made for it, renewed while it lasts, ended with it. */
export class OwnKey {
  private current?: { id: string; secret: string; renewAt: number };

  constructor(private readonly keys: ServiceKeyService) {}

  /** The key to show now. */
  async reveal(): Promise<string> {
    if (this.current && performance.now() < this.current.renewAt) return this.current.secret;
    await this.end();
    const expiresAt = new Date(Date.now() + LIFETIME_MS);
    const name = `curfew on ${hostname()}`.slice(0, 100);
    const { id, secret } = await this.keys.create({ name, scopes: ['admin'], applicationId: null, expiresAt });
    this.current = { id, secret, renewAt: performance.now() + LIFETIME_MS / 2 };
    return secret;
  }

  /** From now on it opens nothing. */
  async end(): Promise<void> {
    const { current } = this;
    delete this.current;
    if (current) await this.keys.end(current.id);
  }
}
