/** As much of a schema as examples need. */
export interface Schema {
  $ref?: string;
  type?: string;
  format?: string;
  example?: unknown;
  default?: unknown;
  enum?: unknown[];
  nullable?: boolean;
  properties?: Record<string, Schema>;
  items?: Schema;
  allOf?: Schema[];
  oneOf?: object[];
}
export type Schemas = Record<string, Schema>;

/** As much of a parameter as examples need. */
export interface Parameter {
  in: string;
  required?: boolean;
  description?: string;
  schema?: Schema;
}

const FORMATS = {
  uuid: /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/,
  'date-time': /^\d{4}-\d\d-\d\dT[\d:.]+Z$/,
};

/** The example of a value tells what TypeScript's `string` and `number` do not: an id, an instant, a whole number. */
export function refine(schema: Schema): void {
  const { example } = schema;
  if (schema.type === 'number' && Number.isInteger(example)) schema.type = 'integer';
  if (schema.type === 'string' && typeof example === 'string') {
    const format = Object.entries(FORMATS).find(([, pattern]) => pattern.test(example))?.[0];
    if (format) schema.format ??= format;
  }
  for (const property of Object.values(schema.properties ?? {})) refine(property);
}

/**
 * What may be left out of a query gets its example in words: Swagger UI would fill it in, and so ask for what is not there,
 * by conditions that exclude each other.
 */
export function tellOptional(parameter: Parameter): void {
  const { in: place, required = false, description = '', schema } = parameter;
  if (place !== 'query' || required || typeof schema?.example !== 'string') return;
  const { example, ...others } = schema;
  parameter.schema = others;
  const quoted = `\`${example}\``;
  if (!description.includes(quoted)) parameter.description = `${description.replace(/\.?$/, '.')} Such as ${quoted}.`;
}

/** A whole body, put together from the examples of its parts; undefined where a part has none. */
export function exampleOf(schema: Schema, schemas: Schemas): unknown {
  if (schema.$ref !== undefined) return exampleOf(schemas[schema.$ref.split('/').at(-1)!]!, schemas);
  if (schema.example !== undefined) return schema.example;
  // A reference that may be null as well is written so.
  if (schema.allOf?.[0]) return exampleOf(schema.allOf[0], schemas);
  if (schema.oneOf?.[0]) return exampleOf(schema.oneOf[0], schemas);
  if (schema.enum) return schema.enum[0];
  if (schema.items) return [exampleOf(schema.items, schemas)];
  if (schema.nullable) return null;
  const members = Object.entries(schema.properties ?? {});
  if (members.length === 0) return undefined;
  return Object.fromEntries(members.map(([name, member]) => [name, exampleOf(member, schemas)]));
}
