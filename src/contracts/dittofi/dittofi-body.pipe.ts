import { Injectable, ValidationPipe, type ArgumentMetadata, type PipeTransform } from '@nestjs/common';
import { faultsOf } from '../../auth/body-rules.js';
import { DomainError } from '../../errors/domain.error.js';
import type { RawBody } from '../../http/body-reader.js';
import { formFields, type FormField } from '../../http/form-fields.js';
import { parseStrictJson, unreadable } from '../../http/strict-json.js';

// Generated frontends put the content type on the options object and not into the headers, so their JSON arrives as
// text/plain: the body is JSON whatever the header says, but for the two kinds of form.
const WIRE_RULES = new ValidationPipe({
  whitelist: true,
  transform: true,
  stopAtFirstError: true,
  exceptionFactory: (errors) => {
    const faults = errors.flatMap((error) => faultsOf(error));
    return new DomainError('VALIDATION_FAILED', faults[0]?.message ?? 'Invalid body', { faults });
  },
});

/** Reads and checks a body of this wire. Refuses BODY_UNREADABLE and VALIDATION_FAILED. */
@Injectable()
export class DittofiBody implements PipeTransform<RawBody | undefined> {
  async transform(body: RawBody | undefined, metadata: ArgumentMetadata): Promise<unknown> {
    const fields = body && body.bytes.length > 0 ? await fieldsOf(body) : undefined;
    if (typeof fields !== 'object' || fields === null || Array.isArray(fields))
      throw unreadable('The body is not a JSON object.');
    return WIRE_RULES.transform(fields, { ...metadata, type: 'body' });
  }
}

async function fieldsOf(body: RawBody): Promise<unknown> {
  const fields = await formFields(body);
  return fields ? onlyOnce(fields) : parseStrictJson(body.bytes);
}

function onlyOnce(pairs: FormField[]): Record<string, string> {
  const fields = new Map<string, string>();
  for (const [name, value] of pairs) {
    if (fields.has(name)) throw unreadable('The form names one field twice.');
    fields.set(name, value);
  }
  return Object.fromEntries(fields);
}
