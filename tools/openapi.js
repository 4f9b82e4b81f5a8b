/**
 * Writes every OpenAPI document into openapi/, for the linter and for generators of clients. Nest's preview puts the
 * modules together without making anything: no database is asked, and no port is opened.
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import 'reflect-metadata';
import { build } from './build.js';

const ROOT = resolve(import.meta.dirname, '..');
const FOLDER = join(ROOT, 'openapi');

async function documents() {
  const { NestFactory } = await import('@nestjs/core');
  const { FastifyAdapter } = await import('@nestjs/platform-fastify');
  const { AppModule } = await served('app.module.js');
  const { documentsOf } = await served('app.openapi.js');
  const { readEnvironment } = await served('environment/environment.js');
  const environment = readEnvironment({}, join(ROOT, 'no-settings-of-this-machine'));
  const app = await NestFactory.create(
    AppModule.of(environment, 'postgres://nobody@localhost/preview'),
    new FastifyAdapter(),
    { preview: true, logger: ['error'], abortOnError: false },
  );
  return documentsOf(app, environment);
}

/**
 * @param {string} path
 */
function served(path) {
  return import(new URL(`../dist/src/${path}`, import.meta.url).href);
}

if (!(await build())) process.exit(1);
rmSync(FOLDER, { recursive: true, force: true });
mkdirSync(FOLDER, { recursive: true });
for (const { path, document } of await documents()) {
  const name = path === 'docs' ? 'curfew' : path.replace('docs/', '');
  const routes = Object.keys(document.paths).length;
  if (routes === 0) throw new Error(`The document ${name} is empty.`);
  writeFileSync(join(FOLDER, `${name}.json`), `${JSON.stringify(document, null, 2)}\n`);
  console.log(`openapi/${name}.json: ${routes} paths`);
}
