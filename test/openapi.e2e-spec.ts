import type { OpenAPIObject } from '@nestjs/swagger';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { documentsOf } from '../src/app.openapi.js';
import { STYLE_OF_SCRIPTS } from '../src/http/swagger-policy.js';
import { ENDPOINT_ROUTES, MAY_TAKE_TOKEN, OPEN, UNLISTED } from './open-routes.js';
import { TestServer } from './server.js';

interface Content {
  schema?: object;
  example?: unknown;
  examples?: Record<string, { value?: unknown }>;
}
interface Operation {
  route: string;
  operationId?: string;
  summary?: string;
  tags?: string[];
  security?: object[];
  parameters: {
    name: string;
    in: string;
    required?: boolean;
    description?: string;
    schema?: { example?: unknown };
    example?: unknown;
  }[];
  requestBody?: { content: Record<string, Content> };
  responses: Record<string, { description?: string; content?: Record<string, Content> }>;
}

const DESCRIBED =
  /^(\/oauth2\/|\/.well-known\/|\/api\/|\/v1\/|\/iapi\/|\/services\/|\/logout|\/alive|\/health\/|\/metrics$|\/password$)/;

/** Where an answer holds what opens something: it has just been made, and is not shown again. */
const SHOWN_ONCE = [
  'docs POST /api/v1/admin/applications key',
  'docs POST /api/v1/admin/applications/{id}/keys key',
  'docs POST /api/v1/admin/service-keys key',
  'docs POST /api/v1/admin/service-keys/{id}/rotate key',
  'docs POST /api/v1/admin/webhooks secret',
  'docs POST /api/v1/admin/webhooks/{id}/secret secret',
  'docs POST /api/v1/auth/login token',
  'docs POST /api/v1/auth/password token',
  'docs POST /api/v1/auth/rotate token',
  'docs/backendless POST /api/users/login user-token',
  'docs/backendless POST /api/users/register/guest user-token',
  'docs/elvis POST /services/apilogin authToken',
];
/** Keys that name an application are public: they travel in URLs. Secret ones are told by their kind alone. */
const PUBLIC = [
  'docs GET /api/v1/admin/applications key',
  'docs GET /api/v1/admin/applications/{id} key',
  'docs PATCH /api/v1/admin/applications/{id} key',
  // Links of the chain, which prove that nothing was changed.
  'docs GET /api/v1/admin/audit hash',
  'docs GET /api/v1/admin/audit/head hash',
];
/** Of use beside the session's own cookie alone. */
const CSRF = ['docs/elvis GET /services/login csrfToken', 'docs/elvis POST /services/login csrfToken'];

let server: TestServer;
let operations: Operation[];
beforeAll(async () => {
  server = await TestServer.start();
  operations = documentsOf(server.app, server.environment).flatMap(({ document }) => operationsOf(document));
});
afterAll(() => server.stop());

function operationsOf(document: OpenAPIObject): Operation[] {
  return Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({
      ...(operation as Operation),
      route: `${method.toUpperCase()} ${path}`,
    })),
  );
}

/** The routes of which `isWrong` holds. */
function routesWhere(isWrong: (operation: Operation) => boolean): string[] {
  return operations.filter(isWrong).map(({ route }) => route);
}

/** The names of all fields of a schema, also of what it leads to. */
function fieldsOf(schema: object | undefined, document: OpenAPIObject, seen = new Set<string>()): string[] {
  return Object.entries(schema ?? {}).flatMap(([name, value]): string[] => {
    if (name === '$ref') {
      const model = String(value).split('/').at(-1)!;
      return seen.has(model) ? [] : fieldsOf(document.components?.schemas?.[model], document, seen.add(model));
    }
    if (typeof value !== 'object' || value === null) return [];
    return [
      ...(name === 'properties' ? Object.keys(value as object) : []),
      ...fieldsOf(value as object, document, seen),
    ];
  });
}

/** Every body of an operation, asked or answered. */
function contentsOf({ requestBody, responses }: Operation): Content[] {
  return [requestBody, ...Object.values(responses)].flatMap((body) => Object.values(body?.content ?? {}));
}

function examplesOf({ example, examples }: Content): unknown[] {
  return examples ? Object.values(examples).map(({ value }) => value) : [example];
}

/** False where a part of an example is missing; null is a value. */
function isWhole(example: unknown): boolean {
  if (typeof example !== 'object' || example === null) return example !== undefined;
  return Object.values(example).every(isWhole);
}

describe('the OpenAPI documents', () => {
  it('describe every route of our own and of the wires, and no other', () => {
    const described = new Set(operations.map(({ route }) => route));
    const routes = registered();

    expect(described.size).toBeGreaterThan(20);
    expect(routes.toSorted()).toEqual([...described, ...UNLISTED].toSorted());
  });

  it('give every route a summary of one line, an id of its own and a tag that is introduced', () => {
    const tags = documentsOf(server.app, server.environment).flatMap(({ document }) =>
      (document.tags ?? []).filter(({ description }) => description).map(({ name }) => name),
    );

    expect(routesWhere(({ summary }) => !summary || /[.\n]$|\n/.test(summary))).toEqual([]);
    expect(routesWhere((operation) => operation.tags?.length !== 1 || !tags.includes(operation.tags[0]!))).toEqual([]);
    expect(new Set(operations.map(({ operationId }) => operationId)).size).toBe(operations.length);
    expect(routesWhere(({ operationId = '' }) => !/^[a-z\d]+$/i.test(operationId))).toEqual([]);
  });

  it('hold no contact without anything in it', () => {
    const contacts = documentsOf(server.app, server.environment).map(({ document }) => document.info.contact);

    expect(contacts.filter(Boolean)).toEqual([]);
  });

  it('describe every parameter', () => {
    const bare = operations.flatMap(({ route, parameters }) =>
      parameters.filter(({ description, schema }) => !description || !schema).map(({ name }) => `${route} ${name}`),
    );

    expect(bare).toEqual([]);
  });

  it('fill in nothing that may be left out of a query: what Swagger UI tries by itself finds something', () => {
    const filledIn = operations
      .filter(({ route }) => route.includes(' /api/v1/'))
      .flatMap(({ route, parameters }) =>
        parameters
          .filter((parameter) => parameter.in === 'query' && !parameter.required)
          .filter(({ schema, example }) => typeof (schema?.example ?? example) === 'string')
          .map(({ name }) => `${route} ${name}`),
      );

    expect(filledIn).toEqual([]);
    const loginPrefix = operations
      .find(({ route }) => route === 'GET /api/v1/admin/users')!
      .parameters.find(({ name }) => name === 'loginPrefix');
    expect(loginPrefix!.description).toMatch(/Such as `alice@`\.$/);
  });

  it('asvs 2.1.1 give every body a schema and whole examples', () => {
    expect(
      routesWhere((operation) =>
        contentsOf(operation).some((content) => !content.schema || !examplesOf(content).every(isWhole)),
      ),
    ).toEqual([]);
  });

  it('give every status words, and a body wherever it has one', () => {
    // Proxies read the headers of that one.
    const bodiless = (route: string): string[] => ['204', '302', ...(route.endsWith('/forward-auth') ? ['200'] : [])];

    expect(
      routesWhere(({ route, responses }) =>
        Object.entries(responses).some(
          ([status, { description, content }]) => !description || bodiless(route).includes(status) === Boolean(content),
        ),
      ),
      // RFC 7009 §2.2: the answer is in the status.
    ).toEqual(['POST /oauth2/revoke']);
  });

  it('say what every route refuses: 401 where it is guarded, 4xx at least elsewhere, 500 and 503', () => {
    const hasNo = (status: RegExp) => (operation: Operation) =>
      !Object.keys(operation.responses).some((known) => status.test(known));

    expect(routesWhere((operation) => !OPEN.includes(operation.route) && hasNo(/^401$/)(operation))).toEqual([]);
    expect(routesWhere(hasNo(/^4/))).toEqual(['GET /health/live', 'GET /health/ready']);
    expect(routesWhere(hasNo(/^500$/))).toEqual(['GET /health/live', 'GET /health/ready']);
    expect(routesWhere(hasNo(/^503$/))).toEqual(['GET /health/live']);
  });

  it('ask for no credential at the open routes, may take one at logout, and need one everywhere else', () => {
    const optional = operations.filter(({ route }) => MAY_TAKE_TOKEN.includes(route));

    expect(routesWhere(({ security }) => security?.length === 0).toSorted()).toEqual(
      OPEN.filter((route) => !MAY_TAKE_TOKEN.includes(route)).toSorted(),
    );
    expect(optional.every(({ security = [] }) => security.length > 1)).toBe(true);
    for (const { security } of optional) expect(security).toContainEqual({});
    const isOptional = ({ security = [] }: Operation) => security.some((way) => Object.keys(way).length === 0);
    expect(routesWhere(isOptional).toSorted()).toEqual([...MAY_TAKE_TOKEN, ...ENDPOINT_ROUTES].toSorted());
    const ways = operations.flatMap(({ security = [] }) => security.flatMap((way) => Object.keys(way)));
    expect(new Set(ways)).toEqual(new Set(['bearer', 'cookie', 'header', 'token', 'serviceKey', 'serviceKeyBasic']));
  });

  it('asvs 6.4.2 14.2.6 15.3.1 answer nothing that opens something but where it is shown once, and ask for no hint', () => {
    const secret = /password|hash$|secret$|token$|^key$|hint|question/i;
    const found = documentsOf(server.app, server.environment).flatMap(({ path, document }) =>
      operationsOf(document).flatMap(({ route, responses }) =>
        Object.entries(responses)
          .filter(([status]) => status.startsWith('2'))
          .flatMap(([, { content }]) => Object.values(content ?? {}))
          .flatMap(({ schema }) => fieldsOf(schema, document))
          .filter((field) => secret.test(field))
          .map((field) => `${path} ${route} ${field}`),
      ),
    );

    expect([...new Set(found)].toSorted()).toEqual([...SHOWN_ONCE, ...PUBLIC, ...CSRF].toSorted());
  });

  it('are the same every time they are made', () => {
    const again = documentsOf(server.app, server.environment).flatMap(({ document }) => operationsOf(document));

    expect(again).toEqual(operations);
  });
});

describe('GET /docs', () => {
  it.each(['/docs', '/docs/dittofi', '/docs/backendless', '/docs/rested', '/docs/elvis'])(
    '%s serves one document as JSON and as YAML',
    async (path) => {
      const [json, yaml] = await Promise.all([server.get(`${path}/json`), server.get(`${path}/yaml`)]);

      const { document } = documentsOf(server.app, server.environment).find((each) => `/${each.path}` === path)!;
      expect([json.statusCode, yaml.statusCode]).toEqual([200, 200]);
      expect(json.json()).toEqual(JSON.parse(JSON.stringify(document)));
      expect(yaml.headers['content-type']).toContain('yaml');
      expect(yaml.body).toContain(document.info.title);
    },
  );

  it('the page may run its own scripts and the styles it came with, and nothing written inline otherwise', async () => {
    const page = await server.get('/docs');

    const policy = String(page.headers['content-security-policy']);
    expect(page.statusCode).toBe(200);
    expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-hashes' 'sha256-");
    expect(policy).not.toContain('unsafe-inline');
    expect(page.body).not.toMatch(/<script>|\son\w+=/);
  });

  it.each(['/docs/', '/docs/index.html'])('%s leads there, and keeps the chosen document', async (url) => {
    const answer = await server.get(`${url}?urls.primaryName=Dittofi%20wire`);

    expect([answer.statusCode, answer.headers.location]).toEqual([308, '/docs?urls.primaryName=Dittofi%20wire']);
  });

  it('everything else keeps the policy under which nothing runs', async () => {
    const json = await server.get('/docs/json');

    expect(json.headers['content-security-policy']).toBe(
      "default-src 'none'; base-uri 'none'; frame-ancestors 'none'; sandbox",
    );
  });

  it('404 for a file that Swagger UI does not have', async () => {
    expect((await server.get('/docs/nothing.js')).statusCode).toBe(404);
  });

  it('the scripts write the style that the policy allows', async () => {
    const script = await server.get('/docs/swagger-ui-standalone-preset.js');

    expect(script.body).toContain(STYLE_OF_SCRIPTS);
  });
});

/** What Fastify answers, as `GET /api/v1/sessions/{id}`. */
function registered(): string[] {
  const tree = server.app.getHttpAdapter().getInstance().printRoutes({ commonPrefix: false });
  const routes: string[] = [];
  const above: string[] = [];
  for (const line of tree.split('\n')) {
    const [, indent = '', path = '', methods = ''] = /^([\s│├└─]*)(\S+) ?(?:\((.+)\))?$/u.exec(line) ?? [];
    above.length = indent.length / 4;
    above.push(path);
    // The one route that ends in a wildcard is printed without what stands before it.
    const url = above
      .join('')
      .replaceAll(/:(\w+)/g, '{$1}')
      .replace(/^\*$/, '/api/1/ce/{endpoint}');
    if (DESCRIBED.test(url))
      routes.push(
        ...methods
          .split(', ')
          .filter(Boolean)
          .map((method) => `${method} ${url}`),
      );
  }
  return routes;
}
