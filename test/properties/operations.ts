import type { OpenAPIObject } from '@nestjs/swagger';

/** What JSON Schema says about a value, as far as our documents say it. */
export interface Schema {
  $ref?: string;
  type?: string;
  format?: string;
  pattern?: string;
  nullable?: boolean;
  enum?: unknown[];
  example?: unknown;
  minLength?: number;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
  minItems?: number;
  maxItems?: number;
  uniqueItems?: boolean;
  items?: Schema;
  properties?: Record<string, Schema>;
  required?: string[];
  additionalProperties?: boolean | Schema;
  allOf?: Schema[];
  oneOf?: Schema[];
  anyOf?: Schema[];
}

/** What an operation takes beside its body. */
export interface Parameter {
  name: string;
  in: 'path' | 'query' | 'header' | 'cookie';
  required?: boolean;
  schema?: Schema;
}

/** What a body may be, by content type. */
export type Contents = Record<
  string,
  { schema?: Schema; example?: unknown; examples?: Record<string, { value?: unknown }> }
>;

interface DocumentedOperation {
  parameters?: Parameter[];
  requestBody?: { content: Contents };
  responses: Record<string, { content?: Contents }>;
}

/** One route of a document, with its references followed. */
export interface Operation {
  method: string;
  path: string;
  parameters: Parameter[];
  /** What it reads, by content type; undefined where it takes no body. */
  body: Contents | undefined;
  /** What it says to answer, by status. */
  responses: Record<string, { content?: Contents }>;
}

/** The operations whose path begins so, in the order of the document. */
export function operationsUnder(prefix: string, document: OpenAPIObject): Operation[] {
  const paths = withoutReferences(document.paths, document) as Record<string, Record<string, DocumentedOperation>>;
  return Object.entries(paths)
    .filter(([path]) => path.startsWith(prefix))
    .flatMap(([path, item]) =>
      Object.entries(item).map(([method, { parameters = [], requestBody, responses }]) => ({
        method: method.toUpperCase(),
        path,
        parameters,
        body: requestBody?.content,
        responses,
      })),
    );
}

function withoutReferences(node: unknown, document: OpenAPIObject): unknown {
  if (Array.isArray(node)) return node.map((each) => withoutReferences(each, document));
  if (typeof node !== 'object' || node === null) return node;
  const { $ref } = node as Schema;
  if (typeof $ref !== 'string') {
    const { allOf = [], ...own } = Object.fromEntries(
      Object.entries(node).map(([name, value]) => [name, withoutReferences(value, document)]),
    ) as Schema;
    // Ours is never more than a reference to which a description, or that it may be null, was added.
    return Object.assign({}, ...allOf, own) as Schema;
  }
  const steps = $ref.replace('#/', '').split('/');
  return withoutReferences(
    steps.reduce<unknown>((at, step) => (at as Record<string, unknown>)[step], document),
    document,
  );
}
