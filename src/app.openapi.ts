import type { Type } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import { contractsOf, OAUTH_MODULE, OWN_MODULES } from './app.module.js';
import { NATIVE_COOKIES } from './auth/session-cookie.js';
import { ABOUT, type Contract } from './contracts/contract.js';
import type { Environment } from './environment/environment.js';
import type { DomainError } from './errors/domain.error.js';
import { problemOf } from './errors/problem.presenter.js';
import { Problem } from './errors/problem.dto.js';
import { OAuthRefusal } from './features/introspection/oauth-refusal.dto.js';
import { oauthFace } from './features/introspection/oauth.presenter.js';
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

const OWN_STEPS = `${ABOUT}

**See it in four steps.** Open a route, press *Try it out*, then *Execute*:

1. \`GET /api/v1/auth/session\` answers **401**: nobody is logged in.
2. \`POST /api/v1/auth/login\` answers **200** with a token. Press *Authorize* and paste it as *bearer*. Or choose the example
   *Token as a cookie*: the browser carries it, and there is nothing to paste.
3. \`GET /api/v1/auth/session\` answers **200**: who you are, and in which session.
4. \`POST /api/v1/auth/logout\` answers **204**, and step 1 answers **401** again.`;
const OAUTH = `${ABOUT}

For resource servers and gateways that speak OAuth 2.0: they ask about a token (RFC 7662) and end it (RFC 7009), with a service
key that an administrator made by \`POST /api/v1/admin/service-keys\`. Tokens of every contract are known here.`;
const KEY = 'Paste a service key: `cfk_…`.';
const BASIC = 'The id of a service key as user name, the key itself as password.';
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
  environment: Pick<Environment, 'CONTRACTS' | 'isSecureContext'>,
): ApiDocument[] {
  const own = { name: 'Curfew', path: 'docs', document: ownDocument(app, environment.isSecureContext) };
  const oauth = { name: 'OAuth 2.0', path: 'docs/oauth', document: oauthDocument(app) };
  return [own, oauth, ...contractsOf(environment).map((contract) => contractDocument(app, contract))];
}

function ownDocument(app: NestFastifyApplication, isSecureContext: boolean): OpenAPIObject {
  const name = isSecureContext ? NATIVE_COOKIES.secure : NATIVE_COOKIES.plain;
  const bearer = 'Paste the token that login answered: `cfs_…`.';
  const cookie = 'Nothing to paste: log in with `transport: cookie`, and the browser carries it.';
  const config = builder('Curfew', OWN_STEPS)
    .addCookieAuth(name, { type: 'apiKey', in: 'cookie', name, description: cookie }, 'cookie')
    .addBasicAuth({ type: 'http', scheme: 'basic', description: BASIC }, 'serviceKeyBasic')
    .addBearerAuth({ type: 'http', scheme: 'bearer', bearerFormat: 'opaque', description: KEY }, 'serviceKey')
    // Swagger UI puts the cursor into the last scheme: the one with something to paste.
    .addBearerAuth({ type: 'http', scheme: 'bearer', bearerFormat: 'opaque', description: bearer }, 'bearer')
    .addTag('Authentication', 'Log in, be known, log out.')
    .addTag('Profile', 'The caller’s own profile.')
    .addTag('Sessions', 'The caller’s own sessions.')
    .addTag(
      'Administration: users',
      'Find people, make, change and delete them, bring them along. `auditor` and `support` may find them.',
    )
    .addTag(
      'Administration: sessions',
      'Who is in, who was, and ending them: one, those of a user, those of a filter, all. `auditor` may look; `support` sees and ends those of one user.',
    )
    .addTag('Administration: audit', 'Who did what, and how much comes and goes. `auditor` may look.')
    .addTag('Applications', 'Tenants, for administrators of the first one. `auditor` may look.')
    .addTag('Service keys', 'What other services show to ask and to listen. `auditor` may look.')
    .addTag('Webhooks', 'Tell other services what happened, and see what they got. `auditor` may look.')
    .addTag('Services', 'Questions of other services: they show a service key.')
    .addTag('Forward-auth', 'For proxies that ask about each request before they pass it on.')
    .addTag('Operations', 'Health and metrics.');
  const style = { faceOf: (refusal: DomainError) => problemOf(refusal), model: Problem };
  return complete(app, config, OWN_MODULES, style, ['bearer', 'cookie']);
}

function oauthDocument(app: NestFastifyApplication): OpenAPIObject {
  const config = builder('Curfew: OAuth 2.0', OAUTH)
    .addBasicAuth({ type: 'http', scheme: 'basic', description: BASIC }, 'serviceKeyBasic')
    .addBearerAuth({ type: 'http', scheme: 'bearer', bearerFormat: 'opaque', description: KEY }, 'serviceKey')
    .addTag('OAuth 2.0', 'Introspection (RFC 7662), revocation (RFC 7009) and where they are (RFC 8414).');
  const style = { faceOf: (refusal: DomainError) => oauthFace(refusal), model: OAuthRefusal };
  return complete(app, config, [OAUTH_MODULE], style, ['serviceKey', 'serviceKeyBasic']);
}

function contractDocument(app: NestFastifyApplication, { module, wire, document: about }: Contract): ApiDocument {
  const config = builder(`Curfew: ${about.name}`, about.description);
  for (const [name, scheme] of Object.entries(about.schemes)) config.addSecurity(name, scheme);
  for (const [name, description] of about.tags) config.addTag(name, description);
  const document = complete(app, config, [module], about.style, Object.keys(about.schemes));
  about.adapt?.(document);
  return { name: about.name, path: `docs/${wire.contract}`, document };
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
