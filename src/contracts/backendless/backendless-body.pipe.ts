import { Injectable, type PipeTransform } from '@nestjs/common';
import type { RawBody } from '../../http/body-reader.js';
import { parseStrictJson, unreadable } from '../../http/strict-json.js';

/** The members of a body, by name: users have whatever properties their application gives them. */
export type Members = Readonly<Record<string, unknown>>;

/** JSON whatever the content type says, which old clients leave out; no body is an object without members. Refuses BODY_UNREADABLE. */
@Injectable()
export class BackendlessBody implements PipeTransform<RawBody | undefined> {
  transform(body: RawBody | undefined): Members {
    if (!body || body.bytes.length === 0) return {};
    const members = parseStrictJson(body.bytes);
    if (typeof members !== 'object' || members === null || Array.isArray(members))
      throw unreadable('The body is not a JSON object.');
    return members as Members;
  }
}
