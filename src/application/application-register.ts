import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { hash } from 'node:crypto';
import { In, LessThan, QueryFailedError, Repository, type EntityManager } from 'typeorm';
import { v7 as freshId } from 'uuid';
import { DomainError } from '../errors/domain.error.js';
import { ApplicationHost } from './application-host.entity.js';
import { ApplicationKey } from './application-key.entity.js';
import { foldedKey, hashedKey, isSecretKind, storedKey } from './application-keys.js';
import type {
  ApplicationDetails,
  ApplicationSettings,
  KnownKey,
  NewApplication,
  NewKey,
} from './application-settings.js';
import { Application } from './application.entity.js';

/** Makes and changes tenants; each change acts on the next request. */
@Injectable()
export class ApplicationRegister {
  constructor(@InjectRepository(Application) private readonly applications: Repository<Application>) {}

  /** The id and the keys are the server's unless an operator brings them along. Refuses APPLICATION_CONFLICT for what another has. */
  async create({ id = freshId(), keys = [], hosts = [], ...settings }: NewApplication): Promise<ApplicationDetails> {
    await this.inOneGo(async (manager) => {
      await manager.insert(Application, { id, ...settings } as never);
      for (const key of keys) {
        await refuseTwin(manager, key);
        await manager.insert(ApplicationKey, rowOf(id, key));
      }
      await manager.insert(
        ApplicationHost,
        hosts.map((host) => ({ host, applicationId: id })),
      );
    });
    const details = await this.get(id);
    return Object.assign(details, { keys: details.keys.map((known) => shownOnce(known, keys)) });
  }

  /** Newest first; `before` is the id of the last one already seen. */
  async list(limit: number, before?: string): Promise<ApplicationDetails[]> {
    const applications = await this.applications.find({
      ...(before !== undefined && { where: { id: LessThan(before) } }),
      order: { id: 'DESC' },
      take: limit,
    });
    return this.withDetails(applications);
  }

  /** Refuses NOT_FOUND. */
  async get(id: string): Promise<ApplicationDetails> {
    const application = await this.applications.findOneBy({ id });
    if (!application) throw new DomainError('NOT_FOUND', 'No such application.');
    const [details] = await this.withDetails([application]);
    return details!;
  }

  /** What is left out stays; lists are replaced whole. Refuses NOT_FOUND and APPLICATION_CONFLICT, and changes nothing then. */
  async change(id: string, { hosts, ...settings }: Partial<ApplicationSettings>): Promise<ApplicationDetails> {
    await this.inOneGo(async (manager) => {
      const set = { ...(settings as object), updatedAt: () => 'now()' };
      const { affected } = await manager.update(Application, { id }, set);
      if (!affected) throw new DomainError('NOT_FOUND', 'No such application.');
      if (!hosts) return;
      await manager.delete(ApplicationHost, { applicationId: id });
      await manager.insert(
        ApplicationHost,
        hosts.map((host) => ({ host, applicationId: id })),
      );
    });
    return this.get(id);
  }

  /** Refuses NOT_FOUND and APPLICATION_CONFLICT. */
  async addKey(applicationId: string, key: NewKey): Promise<KnownKey> {
    await this.get(applicationId);
    const row = rowOf(applicationId, key);
    await this.inOneGo(async (manager) => {
      await refuseTwin(manager, key);
      await manager.insert(ApplicationKey, { ...row });
    });
    return shownOnce(knownKey(await this.applications.manager.findOneByOrFail(ApplicationKey, row)), [key]);
  }

  /** From the next request on it names nothing. Refuses NOT_FOUND. */
  async removeKey(applicationId: string, keyId: string): Promise<void> {
    const keys = await this.applications.manager.findBy(ApplicationKey, { applicationId });
    const found = keys.find(({ key }) => idOf(key) === keyId);
    if (!found) throw new DomainError('NOT_FOUND', 'No such key.');
    await this.applications.manager.delete(ApplicationKey, { applicationId, key: found.key });
  }

  private async withDetails(applications: Application[]): Promise<ApplicationDetails[]> {
    if (applications.length === 0) return [];
    const of = { where: { applicationId: In(applications.map(({ id }) => id)) } };
    const { manager } = this.applications;
    const keys = await manager.find(ApplicationKey, { ...of, order: { createdAt: 'ASC', key: 'ASC' } });
    const hosts = await manager.find(ApplicationHost, { ...of, order: { host: 'ASC' } });
    return applications.map((application) =>
      Object.assign(application, {
        keys: keys.filter(({ applicationId }) => applicationId === application.id).map(knownKey),
        hosts: hosts.filter(({ applicationId }) => applicationId === application.id).map(({ host }) => host),
      }),
    );
  }

  private async inOneGo(work: (manager: EntityManager) => Promise<unknown>): Promise<void> {
    await this.applications.manager.transaction(async (manager) => void (await work(manager))).catch(refuseConflict);
  }
}

// A secret that is a public key as well would be no secret, and its hash hides that from the table's own rule.
async function refuseTwin(manager: EntityManager, { key }: NewKey): Promise<void> {
  const forms = [foldedKey(key), hashedKey(key)];
  if (await manager.existsBy(ApplicationKey, { key: In(forms) })) throw conflict();
}

function rowOf(applicationId: string, { kind, key }: NewKey): Pick<ApplicationKey, 'applicationId' | 'kind' | 'key'> {
  return { applicationId, kind, key: storedKey(kind, key) };
}

function knownKey({ kind, key, createdAt }: ApplicationKey): KnownKey {
  return { id: idOf(key), kind, key: isSecretKind(kind) ? null : key, createdAt };
}

// Of a secret, whoever made it sees it here and never again.
function shownOnce(known: KnownKey, made: NewKey[]): KnownKey {
  const key = made.find((each) => idOf(storedKey(each.kind, each.key)) === known.id);
  return { ...known, key: known.key ?? key?.key ?? null };
}

function idOf(stored: string): string {
  return hash('sha256', stored, 'hex').slice(0, 16);
}

const UNIQUE_VIOLATION = '23505';

function refuseConflict(error: unknown): never {
  if (error instanceof QueryFailedError && (error.driverError as { code?: string }).code === UNIQUE_VIOLATION) {
    throw conflict();
  }
  throw error;
}

function conflict(): DomainError {
  return new DomainError('APPLICATION_CONFLICT', 'This id, key or host is taken already.');
}
