import { Injectable, Logger } from '@nestjs/common';
import { Store, type Statement } from '../database/store.js';

const NOTE: Statement = {
  name: 'service-key-note-use',
  text: `
    update service_keys set last_used_at = now()
    where id = $1 and (last_used_at is null or last_used_at < now() - interval '1 minute')`,
};

/** Notes that a key is in use, once a minute. No request waits for it, and one that cannot be written is due again. */
@Injectable()
export class ServiceKeyUses {
  private readonly logger = new Logger(ServiceKeyUses.name);
  private readonly underWay = new Set<string>();

  constructor(private readonly store: Store) {}

  note(keyId: string): void {
    if (this.underWay.has(keyId)) return;
    this.underWay.add(keyId);
    this.store
      .run(NOTE, [keyId])
      .catch((error: Error) => this.logger.warn(`use of a service key not noted: ${error.message}`))
      .finally(() => this.underWay.delete(keyId));
  }
}
