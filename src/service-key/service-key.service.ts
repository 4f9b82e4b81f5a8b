import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { LessThan, Repository, type FindOptionsWhere } from 'typeorm';
import { v7 as freshId } from 'uuid';
import { Store, type Statement } from '../database/store.js';
import { DomainError } from '../errors/domain.error.js';
import { KeySecret } from './key-secret.js';
import type { KnownServiceKey, MintedServiceKey, NewServiceKey, ServiceKeyChanges } from './service-key-facts.js';
import { ServiceKey } from './service-key.entity.js';

// The old secret goes on for a while only where it opened doors until now.
const ROTATE: Statement = {
  name: 'service-key-rotate',
  text: `
    update service_keys set secret_hash = $3, previous_secret_hash = secret_hash,
           previous_until = now() + $4::integer * interval '1 second'
    where id = $1 and ($2::uuid is null or application_id = $2)
    returning id`,
};

/** Service keys are made, shown, rotated and ended here. `applicationId`, where it is given, shuts out all but that application's. */
@Injectable()
export class ServiceKeyService {
  constructor(
    @InjectRepository(ServiceKey) private readonly keys: Repository<ServiceKey>,
    private readonly store: Store,
  ) {}

  /** The secret is in the answer, and nowhere else from then on. */
  async create(wanted: NewServiceKey): Promise<MintedServiceKey> {
    const id = freshId();
    const secret = KeySecret.mint(id);
    await this.keys.insert({ id, ...wanted, secretHash: secret.secretHash });
    return { ...(await this.get(id)), secret: secret.reveal() };
  }

  /** Newest first; `before` is the id of the last one already seen. */
  async list(limit: number, applicationId: string | undefined, before?: string): Promise<KnownServiceKey[]> {
    const where: FindOptionsWhere<ServiceKey> = {
      ...(applicationId !== undefined && { applicationId }),
      ...(before !== undefined && { id: LessThan(before) }),
    };
    return (await this.keys.find({ where, order: { id: 'DESC' }, take: limit })).map(knownKey);
  }

  /** Refuses NOT_FOUND. */
  async get(id: string, applicationId?: string): Promise<KnownServiceKey> {
    const key = await this.keys.findOneBy({ id, ...(applicationId !== undefined && { applicationId }) });
    if (!key) throw noSuchKey();
    return knownKey(key);
  }

  /** What is left out stays. It holds from the next request on. Refuses NOT_FOUND. */
  async change(id: string, changes: ServiceKeyChanges, applicationId?: string): Promise<KnownServiceKey> {
    const which = { id, ...(applicationId !== undefined && { applicationId }) };
    if (Object.keys(changes).length > 0) await this.keys.update(which, changes);
    return this.get(id, applicationId);
  }

  /** A new secret; the old one opens the same doors for `overlapSeconds` more. Refuses NOT_FOUND. */
  async rotate(id: string, overlapSeconds: number, applicationId?: string): Promise<MintedServiceKey> {
    const secret = KeySecret.mint(id);
    const rows = await this.store.run(ROTATE, [id, applicationId ?? null, secret.secretHash, overlapSeconds]);
    if (rows.length === 0) throw noSuchKey();
    return { ...(await this.get(id)), secret: secret.reveal() };
  }

  /** From the next request on it opens nothing. Refuses NOT_FOUND. */
  async end(id: string, applicationId?: string): Promise<void> {
    const { affected } = await this.keys.delete({ id, ...(applicationId !== undefined && { applicationId }) });
    if (!affected) throw noSuchKey();
  }
}

function knownKey(key: ServiceKey): KnownServiceKey {
  const { id, name, scopes, applicationId, createdAt, expiresAt, lastUsedAt, previousUntil } = key;
  return { id, name, scopes, applicationId, createdAt, expiresAt, lastUsedAt, previousUntil };
}

function noSuchKey(): DomainError {
  return new DomainError('NOT_FOUND', 'No such service key.');
}
