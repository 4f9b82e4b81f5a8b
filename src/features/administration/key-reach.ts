import { Injectable } from '@nestjs/common';
import type { Administrator } from '../../auth/administrator.js';
import { scopeMissing } from '../../auth/required-scope.guard.js';
import { DomainError } from '../../errors/domain.error.js';
import type { Scope } from '../../service-key/scope.js';
import type { NewServiceKey } from '../../service-key/service-key-facts.js';
import { ServiceKeyService } from '../../service-key/service-key.service.js';

/** What the scope `admin` opens. The others are questions and deeds of their own, which it does not open. */
const OF_ADMINISTRATION: readonly Scope[] = ['admin', 'users', 'sessions', 'audit', 'metrics'];

/** How far the keys may reach that a service key makes, changes or rotates: no further than itself. */
@Injectable()
export class KeyReach {
  constructor(private readonly keys: ServiceKeyService) {}

  /**
   * Refuses SCOPE_MISSING for a scope that the caller's own key lacks, and FORBIDDEN for a key that outlives it. People
   * may hand on every scope; to which application, `Administered` says.
   */
  async within(administrator: Administrator, wanted: Pick<NewServiceKey, 'scopes' | 'expiresAt'>): Promise<void> {
    if ('person' in administrator) return;
    const own = await this.keys.get(administrator.service.keyId);
    const opened = own.scopes.includes('admin') ? [...own.scopes, ...OF_ADMINISTRATION] : own.scopes;
    const lacking = wanted.scopes.find((scope) => !opened.includes(scope));
    if (lacking !== undefined) throw scopeMissing(lacking);
    if (own.expiresAt !== null && (wanted.expiresAt === null || wanted.expiresAt > own.expiresAt)) throw outlives();
  }

  /** The same for a key that is there already: its new secret would be the caller's, and so would its new name. */
  async over(administrator: Administrator, id: string, bounds: string | undefined): Promise<void> {
    const key = await this.keys.get(id, bounds);
    if ('person' in administrator || administrator.service.keyId !== id) await this.within(administrator, key);
  }
}

/** What a key is told that would make one which lives longer. */
export function outlives(): DomainError {
  return new DomainError('FORBIDDEN', 'A service key makes no key that outlives it.');
}
