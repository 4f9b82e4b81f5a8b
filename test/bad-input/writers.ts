import { documentsOf } from '../../src/app.openapi.js';
import { operationsUnder, type Operation, type Schema } from '../properties/operations.js';
import type { TestServer } from '../server.js';
import type { Fields } from './bodies.js';
import type { Surface } from './catalogue.js';
import { SURFACE_KEY } from './surfaces.js';
import { surfaceOf } from './visitors.js';

/** A route that reads a body, and one that it would take. */
export interface Writer {
  surface: Surface;
  method: 'POST' | 'PUT' | 'PATCH';
  url: string;
  good: Fields;
}

/** Every route of every document that reads a body. */
export function writersOf(server: TestServer): Writer[] {
  const documents = documentsOf(server.app, server.environment);
  return documents
    .flatMap(({ document }) => operationsUnder('/', document))
    .filter(({ body }) => body !== undefined)
    .map((operation) => ({
      surface: surfaceOf(operation.path),
      method: operation.method as Writer['method'],
      url: urlOf(operation),
      good: exampleOf(operation),
    }));
}

function urlOf({ path }: Operation): string {
  const url = path
    .replace('{endpoint}', 'examples/auth')
    .replaceAll(/\{\w+\}/g, '00000000-0000-7000-8000-000000000000');
  return url.startsWith('/api/1/ce/') ? `${url}?key=${SURFACE_KEY}&uniqueId=${'0'.repeat(32)}` : url;
}

/** What the document shows; where that is no object, somebody’s name: enough to be spoilt. */
function exampleOf({ body }: Operation): Fields {
  const [content] = Object.values(body!);
  const shown = content?.example ?? Object.values(content?.examples ?? {})[0]?.value ?? madeOf(content?.schema);
  const isObject = typeof shown === 'object' && shown !== null && !Array.isArray(shown);
  return isObject && Object.keys(shown).length > 0 ? (shown as Fields) : { username: 'nobody' };
}

function madeOf({ properties = {} }: Schema = {}): Fields {
  return Object.fromEntries(Object.entries(properties).map(([name, { example }]) => [name, example ?? 'x']));
}
