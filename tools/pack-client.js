/**
 * Packs `curfew/client` alone, for the services that ask: what `exports` names and what stands behind it, without the
 * server and its dependencies. `npm run pack:client -- <folder>` leaves `curfew-<version>.tgz` there.
 */
import { execFile } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { build } from './build.js';

const ROOT = resolve(import.meta.dirname, '..');
const PACKED = ['dist/src/client', 'dist/src/gathering'];
const PEERS = { '@nestjs/common': '^11.0.0 || ^12.0.0', 'reflect-metadata': '^0.2.0' };

if (!(await build())) process.exit(1);
const { name, version, license, type, engines, exports } = JSON.parse(
  await readFile(join(ROOT, 'package.json'), 'utf8'),
);
const description = 'Asks a Curfew server whose live session a token proves: for NestJS, Express, Fastify and scripts.';
const stage = await mkdtemp(join(tmpdir(), 'curfew-pack-'));
try {
  for (const folder of PACKED)
    await cp(join(ROOT, folder), join(stage, folder), { recursive: true, filter: (path) => !path.endsWith('.map') });
  await cp(join(ROOT, 'LICENSE'), join(stage, 'LICENSE'));
  await cp(join(ROOT, 'docs/services.md'), join(stage, 'README.md'));
  const optional = Object.fromEntries(Object.keys(PEERS).map((peer) => [peer, { optional: true }]));
  const peers = { peerDependencies: PEERS, peerDependenciesMeta: optional };
  const manifest = { name, version, description, license, type, engines, exports, ...peers };
  await writeFile(join(stage, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
  const pack = ['pack', '--loglevel=error', '--pack-destination', resolve(process.argv[2] ?? '.')];
  const { stdout } = await promisify(execFile)('npm', pack, { cwd: stage });
  console.log(stdout.trim());
} finally {
  await rm(stage, { recursive: true, force: true });
}
