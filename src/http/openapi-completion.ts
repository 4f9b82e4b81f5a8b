import type { OpenAPIObject } from '@nestjs/swagger';
import { FOR_ADMINISTRATORS } from '../auth/for-administrators.decorator.js';
import { FOR_SERVICES } from '../auth/for-services.decorator.js';
import { PUBLIC } from '../auth/public.decorator.js';
import type { ErrorCode } from '../errors/domain.error.js';
import { REFUSES, UNREADABLE, type Refusal } from '../errors/refuses.decorator.js';
import { IGNORES_BODY } from './body-reader.js';
import { exampleOf, refine, tellOptional, type Parameter, type Schema, type Schemas } from './openapi-examples.js';
import { refusalResponses, type RefusalStyle } from './openapi-refusals.js';
import { mergedResponses, type Content } from './openapi-responses.js';

type Body = { content?: Record<string, Content> } | undefined;
type Operation = NonNullable<OpenAPIObject['paths'][string]['get']> & {
  [REFUSES]?: (() => Refusal)[];
  [PUBLIC]?: boolean;
  [IGNORES_BODY]?: boolean;
  [FOR_SERVICES]?: string;
  [FOR_ADMINISTRATORS]?: (() => Refusal)[];
};

const METHODS = ['get', 'head', 'post', 'put', 'patch', 'delete', 'options'] as const;
const BODILESS = new Set<string>(['get', 'head', 'options']);
const ALWAYS: ErrorCode[] = ['INTERNAL', 'OVERLOADED', 'STORE_UNAVAILABLE'];
/** What any body is refused for before a wire reads it by its own rules. */
const UNRECEIVED: ErrorCode[] = ['BODY_TOO_LARGE', 'MEDIA_TYPE_UNSUPPORTED'];

/** Gives every operation its refusals, its security, an id of its own, and every body an example. */
export function completeDocument(document: OpenAPIObject, style: RefusalStyle, schemes: string[]): OpenAPIObject {
  // Nest writes one without anything in it.
  delete document.info.contact;
  document.security = schemes.map((scheme) => ({ [scheme]: [] }));
  const schemas = (document.components?.schemas ?? {}) as Schemas;
  for (const schema of Object.values(schemas)) refine(schema);
  const ids = new Set<string>();
  for (const [path, item] of Object.entries(document.paths)) {
    for (const method of METHODS) {
      const operation = item[method] as Operation | undefined;
      if (!operation) continue;
      operation.operationId = unusedId(operation.operationId ?? method, path, ids);
      splitSummary(operation);
      // A controller and its route each name their ways in: those that both name are one.
      if (operation.security) operation.security = distinct(operation.security, (way) => JSON.stringify(way));
      addExamples(operation, schemas);
      if (isOwn(path)) operation.parameters?.forEach((parameter) => tellOptional(parameter as Parameter));
      addRefusals(operation, path, method, style);
    }
  }
  return document;
}

/** A handler on several paths is numbered by Nest; here the first keeps the plain id, and the others add their path. */
function unusedId(numbered: string, path: string, ids: Set<string>): string {
  const id = numbered.replace(/\[\d+\]$/, '');
  const unused = ids.has(id) ? inCamelCase(id, ...path.split(/[\W_]+/)) : id;
  ids.add(unused);
  return unused;
}

/** Names of operations have no underscore: Swagger UI's links to them take it for an escaped space, and complain. */
export function inCamelCase(...words: string[]): string {
  const joined = words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('');
  return joined.charAt(0).toLowerCase() + joined.slice(1);
}

/** The first sentence of a handler's comment is the summary, the rest the description. */
function splitSummary(operation: Operation): void {
  const [, summary, rest] = /^(.+?)\.(?:\s+(.+))?$/s.exec(operation.summary ?? '') ?? [];
  if (summary !== undefined) operation.summary = summary;
  if (rest !== undefined) operation.description ||= rest;
}

function addRefusals(operation: Operation, path: string, method: string, style: RefusalStyle): void {
  const { [REFUSES]: refuses = [], [FOR_ADMINISTRATORS]: turnsAway = [] } = operation;
  const { [PUBLIC]: isPublic = false, [FOR_SERVICES]: scope } = operation;
  const ignoresBody = operation[IGNORES_BODY] === true;
  for (const extension of [REFUSES, PUBLIC, FOR_SERVICES, FOR_ADMINISTRATORS, IGNORES_BODY] as const)
    delete operation[extension];
  if (isPublic) operation.security ??= [];
  const refusals = [...turnsAway, ...refuses].map((refusal) => refusal());
  if (isOwn(path) && !BODILESS.has(method)) refusals.push(...(ignoresBody ? UNRECEIVED : UNREADABLE));
  if (!isOwn(path) && operation.requestBody) refusals.push(...UNRECEIVED);
  // A secret in the URL is refused on each of our own routes.
  if (isOwn(path)) refusals.push('VALIDATION_FAILED');
  if (!isPublic) refusals.push(scope === undefined ? 'SESSION_UNKNOWN' : 'SERVICE_KEY_UNKNOWN');
  if (!path.startsWith('/health')) refusals.push(...ALWAYS);
  const readsBody = ['post', 'put', 'patch'].includes(method) && !ignoresBody;
  const asked = { method: method.toUpperCase(), url: path, isPublic, readsBody };
  // Each once: a route may name what its guard tells anyway.
  const said = distinct(refusals, (refusal) => (typeof refusal === 'string' ? refusal : refusal.message));
  const responses = refusalResponses(said, style, asked);
  operation.responses = mergedResponses(operation.responses as never, responses) as Operation['responses'];
}

function isOwn(path: string): boolean {
  return path.startsWith('/api/v1/');
}

function distinct<T>(all: T[], nameOf: (each: T) => string): T[] {
  return [...new Map(all.map((each) => [nameOf(each), each])).values()];
}

function addExamples(operation: Operation, schemas: Schemas): void {
  for (const parameter of operation.parameters ?? []) if ('schema' in parameter) refine(parameter.schema as Schema);
  for (const body of [operation.requestBody, ...Object.values(operation.responses)] as Body[]) {
    for (const content of Object.values(body?.content ?? {})) {
      if (content.schema && !content.examples) content.example ??= exampleOf(content.schema, schemas);
    }
  }
}
