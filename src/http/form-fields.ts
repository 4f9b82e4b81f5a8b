import { Busboy } from '@fastify/busboy';
import type { RawBody } from './body-reader.js';
import { unreadable } from './strict-json.js';

/** One field of a form or of a query. */
export type FormField = readonly [name: string, value: string];

const LIMITS = { fields: 20, files: 0, parts: 20, fieldNameSize: 100, fieldSize: 16_384 };

/** The fields of a form, URL-encoded or multipart, in their order; undefined where the body is neither. Refuses BODY_UNREADABLE. */
export async function formFields({ contentType, bytes }: RawBody): Promise<FormField[] | undefined> {
  if (/^multipart\/form-data\b/i.test(contentType)) return multipartFields(contentType, bytes);
  if (/^application\/x-www-form-urlencoded\b/i.test(contentType)) return urlEncodedFields(bytes.toString('utf8'));
  return undefined;
}

/** The fields of a query or of a form that is written like one. */
export function urlEncodedFields(text: string): FormField[] {
  return [...new URLSearchParams(text)];
}

function multipartFields(contentType: string, bytes: Buffer): Promise<FormField[]> {
  return new Promise((resolve, reject) => {
    const fields: FormField[] = [];
    const refuse = (): void => reject(unreadable('The form cannot be read.'));
    let form: InstanceType<typeof Busboy>;
    try {
      form = new Busboy({ headers: { 'content-type': contentType }, limits: LIMITS });
    } catch {
      refuse();
      return;
    }
    form.on('field', (name: string, value: string) => fields.push([name, value]));
    for (const event of ['error', 'filesLimit', 'partsLimit', 'fieldsLimit']) form.on(event, refuse);
    form.on('finish', () => resolve(fields));
    form.end(bytes);
  });
}
