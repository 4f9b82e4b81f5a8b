import { Injectable } from '@nestjs/common';
import { Store, type Statement, type TextRow } from '../database/store.js';
import type { ChangeStrategy, KnownRecord, RecordPlace } from './record-facts.js';

// Data of one record after a change, and of one answer, in bytes of text.
const MAX_RECORD_BYTES = 65_536;
const MAX_ANSWER_BYTES = 524_288;
const MAX_RECORDS = 1_000;

/** Whose records count: those of one owner, or of everyone. */
export interface Reach {
  readonly isEveryones: boolean;
  readonly ownerId: string | null;
}

/** What is there of some ids. */
export interface FoundRecords {
  readonly records: KnownRecord[];
  readonly isTooMuch: boolean;
}

const COLUMNS = 'id, owner_id, data, created_at, updated_at';
const WITHIN = `application_id = $1::uuid and endpoint = $2 and ($3::boolean or owner_id = $4::uuid)`;

const INSERT: Statement = {
  name: 'record-insert',
  text: `
    insert into records (application_id, endpoint, id, owner_id, data)
    values ($1::uuid, $2, $3::uuid, $4::uuid, $5::jsonb) returning ${COLUMNS}`,
};
// Each that is there; its data as long as they fit into one answer.
const FIND: Statement = {
  name: 'record-find',
  text: `
    select id, owner_id, case when bytes <= ${MAX_ANSWER_BYTES} then data end, created_at, updated_at
    from (
      select ${COLUMNS}, sum(octet_length(data::text)) over (order by id) as bytes
      from records where ${WITHIN} and id = any($5::uuid[])
    ) as counted`,
};
// Ids are ordered by time: the newest first, and as many as fit into one answer.
const LIST: Statement = {
  name: 'record-list',
  text: `
    select ${COLUMNS}
    from (
      select ${COLUMNS}, sum(octet_length(data::text)) over (order by id desc) as bytes
      from (select ${COLUMNS} from records where ${WITHIN} order by id desc limit ${MAX_RECORDS}) as newest
    ) as counted
    where bytes <= ${MAX_ANSWER_BYTES}
    order by id desc`,
};
const CHANGED = `
  case when $7::boolean and jsonb_typeof(data) = 'object' and jsonb_typeof($6::jsonb) = 'object'
  then data || $6::jsonb else $6::jsonb end`;
const CHANGE: Statement = {
  name: 'record-change',
  text: `
    update records set data = ${CHANGED}, updated_at = now()
    where ${WITHIN} and id = $5::uuid and octet_length((${CHANGED})::text) <= ${MAX_RECORD_BYTES}
    returning ${COLUMNS}`,
};
const REMOVE: Statement = {
  name: 'record-remove',
  text: `delete from records where ${WITHIN} and id = $5::uuid returning id`,
};

/** The SQL of records. */
@Injectable()
export class RecordRepository {
  constructor(private readonly store: Store) {}

  async insert(place: RecordPlace, id: string, ownerId: string | null, data: unknown): Promise<KnownRecord> {
    const values = [place.applicationId, place.endpoint, id, ownerId, JSON.stringify(data)];
    const [row] = await this.store.run(INSERT, values);
    return recordOf(row!);
  }

  /** `isTooMuch`: the data of some of them did not fit into one answer, and is undefined. */
  async find(place: RecordPlace, reach: Reach, ids: string[]): Promise<FoundRecords> {
    const rows = await this.store.run(FIND, [...valuesOf(place, reach), ids]);
    return { records: rows.map(recordOf), isTooMuch: rows.some(([, , data]) => data === null) };
  }

  async list(place: RecordPlace, reach: Reach): Promise<KnownRecord[]> {
    return (await this.store.run(LIST, valuesOf(place, reach))).map(recordOf);
  }

  /** Undefined where none is in reach, or where its data would become too large. */
  async change(
    place: RecordPlace,
    reach: Reach,
    id: string,
    data: unknown,
    strategy: ChangeStrategy,
  ): Promise<KnownRecord | undefined> {
    const values = [...valuesOf(place, reach), id, JSON.stringify(data), strategy === 'merge'];
    const [row] = await this.store.run(CHANGE, values);
    return row && recordOf(row);
  }

  async remove(place: RecordPlace, reach: Reach, id: string): Promise<boolean> {
    return (await this.store.run(REMOVE, [...valuesOf(place, reach), id])).length > 0;
  }
}

function valuesOf({ applicationId, endpoint }: RecordPlace, { isEveryones, ownerId }: Reach): unknown[] {
  return [applicationId, endpoint, isEveryones, ownerId];
}

function recordOf([id, ownerId, data, createdAt, updatedAt]: TextRow): KnownRecord {
  return {
    id: id!,
    ownerId: ownerId ?? null,
    data: data === null ? undefined : (JSON.parse(data!) as unknown),
    createdAt: createdAt!,
    updatedAt: updatedAt!,
  };
}
