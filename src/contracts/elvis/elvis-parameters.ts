import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { DomainError } from '../../errors/domain.error.js';
import type { RawBody } from '../../http/body-reader.js';
import { formFields, urlEncodedFields, type FormField } from '../../http/form-fields.js';
import { parseStrictJson, unreadable } from '../../http/strict-json.js';
import { trimmed } from '../../http/trimmed.js';

const JSON_TYPE = /^application\/json\b/i;
const MAX_PARAMETERS = 200;

/** What a call of this wire was given: in its query, and above that in its body, a form or JSON. */
export class ElvisParameters {
  private constructor(
    /** The place that wins comes first. */
    private readonly places: Map<string, string[]>[],
    private readonly fault?: Error,
  ) {}

  static async of({ url, body }: Pick<FastifyRequest, 'url' | 'body'>): Promise<ElvisParameters> {
    const places: Map<string, string[]>[] = [];
    try {
      const asked = askedIn(url);
      places.push(valuesOf(asked));
      places.unshift(valuesOf(await fieldsOf(body as RawBody | undefined, MAX_PARAMETERS - asked.length)));
      return new ElvisParameters(places);
    } catch (fault) {
      return new ElvisParameters(places, fault as Error);
    }
  }

  /** Refuses BODY_UNREADABLE, REQUEST_INVALID for too many, and VALIDATION_FAILED for a value that was given twice: neither of the two decides. */
  get(name: string): string | undefined {
    if (this.fault !== undefined) throw this.fault;
    const values = this.valuesOf(name);
    if (values.length > 1) {
      const message = 'must be given once';
      throw new DomainError('VALIDATION_FAILED', `${name}: ${message}`, { faults: [{ field: name, message }] });
    }
    return values[0];
  }

  /** The same where a value that cannot be had is as good as none. */
  find(name: string): string | undefined {
    const values = this.valuesOf(name);
    return values.length === 1 ? values[0] : undefined;
  }

  private valuesOf(name: string): string[] {
    return this.places.find((place) => place.has(name))?.get(name) ?? [];
  }
}

/** The parameters of this call, wherever its client put them. */
export const Parameters = createParamDecorator((_: unknown, context: ExecutionContext) =>
  ElvisParameters.of(context.switchToHttp().getRequest<FastifyRequest>()),
);

function askedIn(url: string): FormField[] {
  const query = url.indexOf('?');
  const fields = query < 0 ? [] : urlEncodedFields(url.slice(query + 1));
  if (fields.length <= MAX_PARAMETERS) return fields;
  throw new DomainError('REQUEST_INVALID', `The query has more than ${MAX_PARAMETERS} parameters.`);
}

async function fieldsOf(body: RawBody | undefined, atMost: number): Promise<FormField[]> {
  if (!body || body.bytes.length === 0) return [];
  const fields = (await formFields(body)) ?? (JSON_TYPE.test(body.contentType) ? jsonFields(body.bytes) : []);
  if (fields.length <= atMost) return fields;
  throw unreadable(`The request has more than ${MAX_PARAMETERS} parameters.`);
}

function jsonFields(bytes: Buffer): FormField[] {
  const value = parseStrictJson(bytes);
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw unreadable('The body is not a JSON object.');
  // A parameter is a text or a truth; what else JSON can say is no parameter.
  return Object.entries(value).flatMap(([name, field]): FormField[] =>
    typeof field === 'string' || typeof field === 'boolean' ? [[name, String(field)]] : [],
  );
}

// Addresses are broken over lines in scripts: line breaks arrive around names and values.
function valuesOf(fields: FormField[]): Map<string, string[]> {
  const values = new Map<string, string[]>();
  for (const [written, value] of fields) {
    const name = trimmed(written, '\r\n\t ');
    const known = values.get(name);
    if (known) known.push(trimmed(value, '\r\n'));
    else values.set(name, [trimmed(value, '\r\n')]);
  }
  return values;
}
