import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import { CONTRACT_MODULES, OWN_MODULES } from './app.module.js';
import { NATIVE_COOKIES } from './auth/session-cookie.js';
import { dittofiFace } from './contracts/dittofi/dittofi.presenter.js';
import { DITTOFI_COOKIE } from './contracts/dittofi/dittofi.strategy.js';
import type { Environment } from './environment/environment.js';
import { problemOf } from './errors/problem.presenter.js';
import { completeDocument, type FaceOf } from './http/openapi-completion.js';
import { allowSwaggerUi } from './http/swagger-policy.js';

/** One OpenAPI document: ours, or a wire's. */
export interface ApiDocument {
  name: string;
  /** Where it is served, without the kind: `/docs` gives `/docs/json` and `/docs/yaml`. */
  path: string;
  document: OpenAPIObject;
}

const ABOUT =
  'The row is the session: from the moment a logout is answered, its token opens nothing any more, on any node, route or contract.';
const SHOWN = {
  displayRequestDuration: true,
  tagsSorter: undefined,
  operationsSorter: undefined,
  docExpansion: 'list',
  defaultModelsExpandDepth: 0,
};

/** Our own document, and one for each wire that is on. */
export function documentsOf(
  app: NestFastifyApplication,
  { BASE_URL, CONTRACTS, isSecureContext }: Environment,
): ApiDocument[] {
  const cookieName = isSecureContext ? NATIVE_COOKIES.secure : NATIVE_COOKIES.plain;
  const own = builder(
    BASE_URL,
    'Curfew',
    `${ABOUT} Log in, press Authorize, and paste the token; or log in with \`transport: cookie\`, and the browser carries it.`,
  )
    .addBearerAuth(
      { type: 'http', scheme: 'bearer', description: 'The token of any live session, as login gave it.' },
      'bearer',
    )
    .addCookieAuth(
      cookieName,
      { type: 'apiKey', in: 'cookie', name: cookieName, description: 'Set by a login with `transport: cookie`.' },
      'cookie',
    )
    .addTag('Authentication', 'Log in, be known, log out.')
    .addTag('Profile', 'The caller’s own profile.')
    .addTag('Sessions', 'The caller’s own sessions.')
    .addTag('Administration', 'For users with the role `admin`.')
    .addTag('Operations', 'Health and metrics.');
  const dittofi = builder(BASE_URL, 'Curfew: Dittofi wire', `For clients written against a Dittofi backend. ${ABOUT}`)
    .addCookieAuth(
      DITTOFI_COOKIE,
      { type: 'apiKey', in: 'cookie', name: DITTOFI_COOKIE, description: 'Set by login and signup.' },
      'cookie',
    )
    .addTag('Dittofi', 'Login, logout, current user and signup, under `/v1` and `/iapi/v1`.');
  const documents = [
    { name: 'Curfew', path: 'docs', document: complete(app, own, OWN_MODULES, problemOf, ['bearer', 'cookie']) },
  ];
  if (CONTRACTS.includes('dittofi')) {
    documents.push({
      name: 'Dittofi wire',
      path: 'docs/dittofi',
      document: complete(app, dittofi, [CONTRACT_MODULES.dittofi], dittofiFace, ['cookie']),
    });
  }
  return documents;
}

/** Swagger UI at /docs with a choice of documents on top, and each as JSON and YAML. */
export function serveDocuments(app: NestFastifyApplication, environment: Environment): void {
  const documents = documentsOf(app, environment);
  allowSwaggerUi(app.getHttpAdapter().getInstance() as never);
  const urls = documents.map(({ name, path }) => ({ name, url: `/${path}/json` }));
  for (const { path, document } of documents) {
    const isFirst = path === 'docs';
    SwaggerModule.setup(path, app, document, {
      ui: isFirst,
      explorer: true,
      customSiteTitle: 'Curfew API',
      jsonDocumentUrl: `${path}/json`,
      yamlDocumentUrl: `${path}/yaml`,
      swaggerOptions: { ...SHOWN, urls },
    });
  }
}

function builder(baseUrl: string, title: string, description: string): DocumentBuilder {
  return new DocumentBuilder()
    .setTitle(title)
    .setDescription(description)
    .setVersion('1.0')
    .setLicense('MIT', 'https://opensource.org/license/mit')
    .addServer(baseUrl)
    .setOpenAPIVersion('3.0.3');
}

function complete(
  app: NestFastifyApplication,
  config: DocumentBuilder,
  include: Function[],
  faceOf: FaceOf,
  schemes: string[],
): OpenAPIObject {
  const operationIdFactory = (controller: string, method: string): string =>
    `${controller.replace('Controller', '')}_${method}`;
  return completeDocument(
    SwaggerModule.createDocument(app, config.build(), { include, operationIdFactory }),
    faceOf,
    schemes,
  );
}
