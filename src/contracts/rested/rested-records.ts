import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { applicationOf } from '../../auth/wire-entry.js';
import type { RawBody } from '../../http/body-reader.js';
import type { RecordPlace } from '../../record/record-facts.js';
import { RecordService } from '../../record/record.service.js';
import { endpointNameOf } from './rested-address.js';
import { dataIn } from './rested-body.js';
import { RestedCallers } from './rested-callers.js';
import type { RestedQuery } from './rested-query.js';
import { RestedAnswer, type RestedReader } from './rested.wire.js';

/** The records behind an ordinary endpoint. */
@Injectable()
export class RestedRecords {
  constructor(
    private readonly records: RecordService,
    private readonly callers: RestedCallers,
  ) {}

  async create(request: FastifyRequest): Promise<RestedAnswer> {
    const data = dataIn(request.body as RawBody | undefined);
    return RestedAnswer.ofRecord(
      await this.records.create(placeOf(request), this.callers.recordCallerOf(request), data),
    );
  }

  /** Reads one where one id is given, several for several, and all where there is none. Ids and token are judged at once. */
  reader({ ids }: RestedQuery, request: FastifyRequest): RestedReader {
    const [place, caller] = [placeOf(request), this.callers.recordCallerOf(request)];
    return async () => {
      const found = await (ids.length > 0 ? this.records.get(place, caller, ids) : this.records.list(place, caller));
      const answers = found.map((record) => RestedAnswer.ofRecord(record));
      return ids.length === 1 ? answers[0]! : answers;
    };
  }

  async change({ id, strategy }: RestedQuery, request: FastifyRequest): Promise<RestedAnswer> {
    const data = dataIn(request.body as RawBody | undefined);
    const caller = this.callers.recordCallerOf(request);
    return RestedAnswer.ofRecord(await this.records.change(placeOf(request), caller, id, data, strategy));
  }

  async remove({ id }: RestedQuery, request: FastifyRequest): Promise<void> {
    await this.records.remove(placeOf(request), this.callers.recordCallerOf(request), id);
  }
}

function placeOf(request: FastifyRequest): RecordPlace {
  const { id, endpoint } = applicationOf(request);
  return { ...endpoint, applicationId: id, endpoint: endpointNameOf(request) };
}
