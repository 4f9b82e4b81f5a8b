import type { Type } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import { CONTRACT_MODULES, OWN_MODULES } from './app.module.js';
import { NATIVE_COOKIES } from './auth/session-cookie.js';
import { dittofiFace } from './contracts/dittofi/dittofi.presenter.js';
import { DITTOFI_COOKIE } from './contracts/dittofi/dittofi.strategy.js';
import type { Environment } from './environment/environment.js';
import { problemOf } from './errors/problem.presenter.js';
import { DittofiRefusal } from './contracts/dittofi/dittofi.wire.js';
import { Problem } from './errors/problem.dto.js';
import { completeDocument, inCamelCase } from './http/openapi-completion.js';
import type { RefusalStyle } from './http/openapi-refusals.js';
import { allowSwaggerUi } from './http/swagger-policy.js';
import { SWAGGER_STYLE } from './http/swagger-style.js';

/** One OpenAPI document: ours, or a wire's. */
export interface ApiDocument {
  name: string;
  /** Where it is served, without the kind: `/docs` gives `/docs/json` and `/docs/yaml`. */
  path: string;
  document: OpenAPIObject;
}

const ABOUT = `A session server in which the row is the session: from the moment a logout is answered, its token opens nothing
any more, on any node, route or contract.`;
const OWN_STEPS = `${ABOUT}

**See it in four steps.** Open a route, press *Try it out*, then *Execute*:

1. \`GET /api/v1/auth/session\` answers **401**: nobody is logged in.
2. \`POST /api/v1/auth/login\` answers **200** with a token. Press *Authorize* and paste it as *bearer*. Or choose the example
   *Token as a cookie*: the browser carries it, and there is nothing to paste.
3. \`GET /api/v1/auth/session\` answers **200**: who you are, and in which session.
4. \`POST /api/v1/auth/logout\` answers **204**, and step 1 answers **401** again.`;
const DITTOFI_STEPS = `For clients written against a Dittofi backend. ${ABOUT}

**See it in four steps.** Open a route, press *Try it out*, then *Execute*; the browser carries the cookie by itself:

1. \`GET /v1/me\` answers **401**: nobody is logged in.
2. \`POST /v1/login\` answers **200** and sets the cookie \`${DITTOFI_COOKIE}\`; now \`GET /v1/me\` answers **200**.
3. \`GET /v1/logout_user\` answers **200**.
4. \`GET /v1/me\` answers **401** again.`;
const ALIASES = 'Dittofi aliases';
const SHOWN = {
  displayRequestDuration: true,
  docExpansion: 'list',
  defaultModelsExpandDepth: 0,
  // The badge would ask a server on the internet.
  validatorUrl: null,
};

/** Our own document, and one for each wire that is on. */
export function documentsOf(
  app: NestFastifyApplication,
  { CONTRACTS, isSecureContext }: Pick<Environment, 'CONTRACTS' | 'isSecureContext'>,
): ApiDocument[] {
  const documents = [{ name: 'Curfew', path: 'docs', document: ownDocument(app, isSecureContext) }];
  if (CONTRACTS.includes('dittofi'))
    documents.push({ name: 'Dittofi wire', path: 'docs/dittofi', document: dittofiDocument(app) });
  return documents;
}

function ownDocument(app: NestFastifyApplication, isSecureContext: boolean): OpenAPIObject {
  const name = isSecureContext ? NATIVE_COOKIES.secure : NATIVE_COOKIES.plain;
  const bearer = 'Paste the token that login answered: `cfs_…`.';
  const cookie = 'Nothing to paste: log in with `transport: cookie`, and the browser carries it.';
  const config = builder('Curfew', OWN_STEPS)
    .addCookieAuth(name, { type: 'apiKey', in: 'cookie', name, description: cookie }, 'cookie')
    // Swagger UI puts the cursor into the last scheme: the one with something to paste.
    .addBearerAuth({ type: 'http', scheme: 'bearer', bearerFormat: 'opaque', description: bearer }, 'bearer')
    .addTag('Authentication', 'Log in, be known, log out.')
    .addTag('Profile', 'The caller’s own profile.')
    .addTag('Sessions', 'The caller’s own sessions.')
    .addTag('Administration', 'For users with the role `admin`.')
    .addTag('Operations', 'Health and metrics.');
  const style = { faceOf: problemOf, model: Problem };
  return complete(app, config, OWN_MODULES, style, ['bearer', 'cookie']);
}

function dittofiDocument(app: NestFastifyApplication): OpenAPIObject {
  const description = 'Nothing to paste: login and signup set it, and the browser carries it.';
  const config = builder('Curfew: Dittofi wire', DITTOFI_STEPS)
    .addCookieAuth(DITTOFI_COOKIE, { type: 'apiKey', in: 'cookie', name: DITTOFI_COOKIE, description }, 'cookie')
    .addTag('Dittofi', 'Login, logout, current user and signup.')
    .addTag(ALIASES, 'The same routes once more, for frontends whose base address ends in `/iapi`.');
  const style = { faceOf: dittofiFace, model: DittofiRefusal };
  const document = complete(app, config, [CONTRACT_MODULES.dittofi], style, ['cookie']);
  for (const [path, { get, post }] of Object.entries(document.paths)) {
    if (path.startsWith('/iapi/')) for (const operation of [get, post]) if (operation) operation.tags = [ALIASES];
  }
  return document;
}

/** Swagger UI at /docs with a choice of documents on top, and each as JSON and YAML. */
export function serveDocuments(app: NestFastifyApplication, environment: Environment): void {
  const documents = documentsOf(app, environment);
  allowSwaggerUi(app.getHttpAdapter().getInstance() as never);
  const urls = documents.map(({ name, path }) => ({ name, url: `/${path}/json` }));
  for (const { path, document } of documents) {
    SwaggerModule.setup(path, app, document, {
      ui: path === 'docs',
      explorer: true,
      customSiteTitle: 'Curfew API',
      customCss: SWAGGER_STYLE,
      jsonDocumentUrl: `${path}/json`,
      yamlDocumentUrl: `${path}/yaml`,
      swaggerOptions: { ...SHOWN, urls },
    });
  }
}

// The server is the one that serves the page, under whatever name the browser reached it.
function builder(title: string, description: string): DocumentBuilder {
  return new DocumentBuilder()
    .setTitle(title)
    .setDescription(description)
    .setVersion('1.0')
    .setLicense('MIT', 'https://opensource.org/license/mit')
    .addServer('/')
    .setOpenAPIVersion('3.0.3');
}

function complete(
  app: NestFastifyApplication,
  config: DocumentBuilder,
  include: Type[],
  style: RefusalStyle,
  schemes: string[],
): OpenAPIObject {
  const operationIdFactory = (controller: string, method: string): string =>
    inCamelCase(controller.replace('Controller', ''), method);
  const options = { include, operationIdFactory, extraModels: [style.model] };
  return completeDocument(SwaggerModule.createDocument(app, config.build(), options), style, schemes);
}
