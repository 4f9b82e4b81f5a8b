import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { DomainError } from '../../errors/domain.error.js';
import type { RawBody } from '../../http/body-reader.js';
import { formFields, urlEncodedFields, type FormField } from '../../http/form-fields.js';
import { parseStrictJson, unreadable } from '../../http/strict-json.js';

const JSON_TYPE = /^application\/json\b/i;

/** What a call of this wire was given: in its query, and above that in its body, a form or JSON. */
export class ElvisParameters {
  private constructor(
    /** The place that wins comes first. */
    private readonly places: Map<string, string[]>[],
    private readonly fault?: Error,
  ) {}

  static async of({ url, body }: Pick<FastifyRequest, 'url' | 'body'>): Promise<ElvisParameters> {
    const query = url.indexOf('?');
    const asked = valuesOf(query < 0 ? [] : urlEncodedFields(url.slice(query + 1)));
    try {
      return new ElvisParameters([valuesOf(await fieldsOf(body as RawBody | undefined)), asked]);
    } catch (fault) {
      return new ElvisParameters([asked], fault as Error);
    }
  }

  /** Refuses BODY_UNREADABLE, and VALIDATION_FAILED for a value that was given twice: neither of the two decides. */
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

async function fieldsOf(body: RawBody | undefined): Promise<FormField[]> {
  if (!body || body.bytes.length === 0) return [];
  return (await formFields(body)) ?? (JSON_TYPE.test(body.contentType) ? jsonFields(body.bytes) : []);
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
    const name = written.replaceAll(/^[\r\n\t ]+|[\r\n\t ]+$/g, '');
    values.set(name, [...(values.get(name) ?? []), value.replaceAll(/^[\r\n]+|[\r\n]+$/g, '')]);
  }
  return values;
}
