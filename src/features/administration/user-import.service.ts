import { Injectable } from '@nestjs/common';
import { v7 as freshId } from 'uuid';
import type { Administrator } from '../../auth/administrator.js';
import { Administered } from '../../auth/administered.js';
import { BODY_RULES } from '../../auth/body-rules.js';
import { keptProperties } from '../../auth/registration.service.js';
import { ApplicationService } from '../../application/application.service.js';
import { DomainError } from '../../errors/domain.error.js';
import type { BodyLine } from '../../http/body-lines.js';
import { parseStrictJson } from '../../http/strict-json.js';
import { identityNames } from '../../user/identities.js';
import { UserImport, type BroughtUser } from '../../user/user-import.js';
import { ImportBatch } from './import-batch.js';
import { ImportedUserLine, type ImportFault, type ImportProgress } from './user-import.dto.js';

/** What came of some lines, and how far the import is. */
export interface ImportStep {
  faults: ImportFault[];
  progress: ImportProgress;
}
type Reader = (value: unknown) => Promise<BroughtUser>;

/** Brings users along from elsewhere, line by line, in batches that are committed one by one: repeating it is safe. */
@Injectable()
export class UserImportService {
  constructor(
    private readonly administered: Administered,
    private readonly applications: ApplicationService,
    private readonly importing: UserImport,
  ) {}

  /**
   * One step a batch, and one at the end. A bad line refuses itself and no other. Refuses APPLICATION_UNKNOWN where the
   * application is disabled; what is thrown later leaves the batches before it as they are.
   */
  async *steps(
    administrator: Administrator,
    applicationId: string,
    lines: AsyncIterable<BodyLine>,
  ): AsyncGenerator<ImportStep> {
    const progress = { lines: 0, imported: 0, refused: 0, isComplete: false };
    const read = await this.readerFor(administrator, applicationId);
    let batch = new ImportBatch();
    let faults: ImportFault[] = [];
    const flush = async (isComplete = false): Promise<ImportStep> => {
      const found = await this.importing.insert(applicationId, batch.users);
      faults.push(...[...found].map(([id, fault]) => ({ line: batch.lineOf(id), ...fault })));
      progress.imported += batch.users.length - found.size;
      progress.refused += faults.length;
      const step = { faults: faults.toSorted((a, b) => a.line - b.line), progress: { ...progress, isComplete } };
      [batch, faults] = [new ImportBatch(), []];
      return step;
    };
    for await (const { number, bytes } of lines) {
      progress.lines++;
      const user = await userIn(bytes, read).catch((refusal: unknown) => faultOf(refusal, number));
      if ('line' in user) faults.push(user);
      else {
        if (batch.collidesWith(user)) yield await flush();
        batch.add(user, number, bytes!.length);
      }
      if (batch.isFull || faults.length >= 500) yield await flush();
    }
    yield await flush(true);
  }

  private async readerFor(administrator: Administrator, applicationId: string): Promise<Reader> {
    const application = await this.applications.getActive(applicationId);
    return async (value) => {
      const metadata = { type: 'body', metatype: ImportedUserLine } as const;
      const line = (await BODY_RULES.transform(value, metadata)) as ImportedUserLine;
      await this.administered.grant(administrator, applicationId, line.roles).catch(asFaultOfRoles);
      return broughtUser(line, keptProperties(application, line.properties ?? {}));
    };
  }
}

async function userIn(bytes: Buffer | undefined, read: Reader): Promise<BroughtUser> {
  if (!bytes) throw new DomainError('BODY_TOO_LARGE', 'The line is longer than 16,384 bytes.');
  const value = parseStrictJson(bytes);
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new DomainError('BODY_UNREADABLE', 'The line is not a JSON object.');
  return read(value);
}

function broughtUser(line: ImportedUserLine, properties: Record<string, unknown>): BroughtUser {
  const { id = freshId(), username, displayName, status = 'active', roles = [], passwordHash, createdAt } = line;
  const email = line.email ?? (username.includes('@') ? username : null);
  const names = identityNames(username, email);
  const filled = { displayName: displayName ?? null, passwordHash: passwordHash ?? null, createdAt: createdAt ?? null };
  return { id: id ?? freshId(), username, email, status, roles, properties, names, ...filled };
}

function asFaultOfRoles(refusal: unknown): never {
  if (!(refusal instanceof DomainError) || !['FORBIDDEN', 'SCOPE_MISSING'].includes(refusal.code)) throw refusal;
  const faults = [{ field: 'roles', message: `may hold none that administers. ${refusal.message}` }];
  throw new DomainError('VALIDATION_FAILED', 'This role may not be given.', { faults });
}

/** What is wrong with a line, in words; what is wrong with the server is thrown on. */
function faultOf(refusal: unknown, line: number): ImportFault {
  if (!(refusal instanceof DomainError)) throw refusal;
  const [fault] = refusal.details.faults ?? [];
  if (fault) return { line, ...fault };
  if (refusal.code !== 'BODY_UNREADABLE' && refusal.code !== 'BODY_TOO_LARGE') throw refusal;
  return { line, field: '', message: refusal.message.replace('The body', 'The line') };
}
