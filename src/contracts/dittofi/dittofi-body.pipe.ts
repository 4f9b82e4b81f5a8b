import { Busboy } from '@fastify/busboy';
import { Injectable, ValidationPipe, type ArgumentMetadata, type PipeTransform } from '@nestjs/common';
import { faultsOf } from '../../auth/body-rules.js';
import { DomainError } from '../../errors/domain.error.js';
import type { RawBody } from '../../http/body-reader.js';
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

function fieldsOf({ contentType, bytes }: RawBody): unknown {
  if (/^multipart\/form-data\b/i.test(contentType)) return multipartFields(contentType, bytes);
  if (/^application\/x-www-form-urlencoded\b/i.test(contentType))
    return onlyOnce(new URLSearchParams(bytes.toString('utf8')));
  return parseStrictJson(bytes);
}

function multipartFields(contentType: string, bytes: Buffer): Promise<Record<string, string>> {
  return new Promise((resolve, reject) => {
    const pairs: [string, string][] = [];
    const refuse = (): void => reject(unreadable('The form cannot be read.'));
    let form: InstanceType<typeof Busboy>;
    try {
      form = new Busboy({
        headers: { 'content-type': contentType },
        limits: { fields: 20, files: 0, parts: 20, fieldNameSize: 100, fieldSize: 16_384 },
      });
    } catch {
      refuse();
      return;
    }
    form.on('field', (name: string, value: string) => pairs.push([name, value]));
    for (const event of ['error', 'filesLimit', 'partsLimit', 'fieldsLimit']) form.on(event, refuse);
    form.on('finish', () => {
      try {
        resolve(onlyOnce(pairs));
      } catch (refusal) {
        reject(refusal as Error);
      }
    });
    form.end(bytes);
  });
}

function onlyOnce(pairs: Iterable<[string, string]>): Record<string, string> {
  const fields = new Map<string, string>();
  for (const [name, value] of pairs) {
    if (fields.has(name)) throw unreadable('The form names one field twice.');
    fields.set(name, value);
  }
  return Object.fromEntries(fields);
}
