import { Injectable } from '@nestjs/common';
import { v7 as freshId } from 'uuid';
import { DomainError } from '../errors/domain.error.js';
import type { ChangeStrategy, KnownRecord, RecordCaller, RecordPlace } from './record-facts.js';
import { RecordRepository, type Reach } from './record.repository.js';

/**
 * Records behind an endpoint, and who may touch them. An open endpoint is everyone's. On a secure one each method needs a
 * user, and a record is its owner's: others find nothing (NOT_FOUND), or may read and no more (FORBIDDEN) where the
 * endpoint says so. An operator may do anything.
 */
@Injectable()
export class RecordService {
  constructor(private readonly records: RecordRepository) {}

  /** Refuses SESSION_UNKNOWN to a stranger on a secure endpoint, as everything here does. */
  async create(place: RecordPlace, caller: RecordCaller, data: unknown): Promise<KnownRecord> {
    refuseStranger(place, caller);
    return this.records.insert(place, freshId(), caller.userId, data);
  }

  /**
   * In the order of the ids. Refuses NOT_FOUND where one of them is not there, or not the caller's to read, and
   * VALIDATION_FAILED for more than 512 KiB of data: to leave out what was asked for by name would be a wrong answer.
   */
  async get(place: RecordPlace, caller: RecordCaller, ids: string[]): Promise<KnownRecord[]> {
    refuseStranger(place, caller);
    const { records, isTooMuch } = await this.records.find(place, readingReach(place, caller), ids);
    const byId = new Map(records.map((record) => [record.id, record]));
    const found = ids.map((id) => byId.get(id) ?? refuseUnknown());
    if (isTooMuch) throw new DomainError('VALIDATION_FAILED', 'The records are more than 512 KiB: ask for fewer.');
    return found;
  }

  /** What the caller may read, newest first: at most 1,000 records and 512 KiB of data. */
  async list(place: RecordPlace, caller: RecordCaller): Promise<KnownRecord[]> {
    refuseStranger(place, caller);
    return this.records.list(place, readingReach(place, caller));
  }

  /** A merge goes one level deep, and replaces where either side is no object. Refuses VALIDATION_FAILED for more than 64 KiB. */
  async change(
    place: RecordPlace,
    caller: RecordCaller,
    id: string,
    data: unknown,
    strategy: ChangeStrategy,
  ): Promise<KnownRecord> {
    refuseStranger(place, caller);
    const changed = await this.records.change(place, writingReach(place, caller), id, data, strategy);
    return changed ?? this.refuseUntouched(place, caller, id);
  }

  async remove(place: RecordPlace, caller: RecordCaller, id: string): Promise<void> {
    refuseStranger(place, caller);
    if (await this.records.remove(place, writingReach(place, caller), id)) return;
    await this.refuseUntouched(place, caller, id);
  }

  /** Why nothing was changed: not there or not to be seen, not the caller's, or too large. */
  private async refuseUntouched(place: RecordPlace, caller: RecordCaller, id: string): Promise<never> {
    const [record] = await this.get(place, caller, [id]);
    const { isEveryones, ownerId } = writingReach(place, caller);
    if (!isEveryones && record!.ownerId !== ownerId)
      throw new DomainError('FORBIDDEN', 'Only the owner of a record changes or deletes it.');
    throw new DomainError('VALIDATION_FAILED', 'The record would be larger than 64 KiB.');
  }
}

function readingReach(place: RecordPlace, caller: RecordCaller): Reach {
  const isShared = place.isSecure === true && place.isReadableByOthers === true;
  return isShared ? { ...writingReach(place, caller), isEveryones: true } : writingReach(place, caller);
}

function writingReach({ isSecure = false }: RecordPlace, { userId, isOperator }: RecordCaller): Reach {
  return { isEveryones: !isSecure || isOperator, ownerId: userId };
}

function refuseStranger({ isSecure = false }: RecordPlace, { userId, isOperator }: RecordCaller): void {
  if (isSecure && userId === null && !isOperator) throw new DomainError('SESSION_UNKNOWN', 'No live session. Log in.');
}

function refuseUnknown(): never {
  throw new DomainError('NOT_FOUND', 'No such record.');
}
