import { hostname } from 'node:os';
import { SCOPES } from '../service-key/scope.js';
import type { NewServiceKey } from '../service-key/service-key-facts.js';
import { ServiceKeyService } from '../service-key/service-key.service.js';

const MINUTE_MS = 60_000;
/** A key that was left behind by a crash opens nothing for long. */
const LIFETIME_MS = 10 * MINUTE_MS;
/** Later than a confirmation lives, which is good for the key that asked alone. */
const RENEWAL_MS = 8 * MINUTE_MS;

/** The service key of one command that works on its own database: made for it, renewed while it lasts, ended with it. */
export class OwnKey {
  private current?: { id: string; secret: string; renewAt: number };

  /** Where it `makesLasting` it has every scope and no end, as what it makes may: its secret never leaves this process. */
  constructor(
    private readonly keys: ServiceKeyService,
    private readonly makesLasting: boolean,
  ) {}

  /** The key to show now. */
  async reveal(): Promise<string> {
    if (this.current && performance.now() < this.current.renewAt) return this.current.secret;
    await this.end();
    const reach: Pick<NewServiceKey, 'scopes' | 'expiresAt'> = this.makesLasting
      ? { scopes: [...SCOPES], expiresAt: null }
      : { scopes: ['admin'], expiresAt: new Date(Date.now() + LIFETIME_MS) };
    const name = `curfew on ${hostname()}`.slice(0, 100);
    const { id, secret } = await this.keys.create({ name, applicationId: null, ...reach });
    this.current = { id, secret, renewAt: performance.now() + RENEWAL_MS };
    return secret;
  }

  /** From now on it opens nothing. */
  async end(): Promise<void> {
    const { current } = this;
    delete this.current;
    if (current) await this.keys.end(current.id);
  }
}
