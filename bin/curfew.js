#!/usr/bin/env node
// The command line. In the clone it builds first when a source has changed; an installed package has its dist.
import { existsSync } from 'node:fs';

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19))
  fail(`Node ${process.versions.node} is too old: 20.19 or newer is needed.`);
try {
  if (existsSync(new URL('../src', import.meta.url))) {
    const { build } = await import('../tools/build.js');
    // stdout is for the answer alone.
    if (!(await build({ tell: console.error }))) process.exit(1);
  }
  const cli = new URL('../dist/src/cli/curfew.js', import.meta.url);
  const { CommandLine } = /** @type {typeof import('../src/cli/curfew.js')} */ (await import(cli.href));
  process.exit(await new CommandLine().run(process.argv.slice(2)));
} catch (error) {
  const { code, message, stack } = /** @type {NodeJS.ErrnoException} */ (error);
  if (code === 'ERR_MODULE_NOT_FOUND' && message.includes('Cannot find package'))
    fail('Its packages are not here: run npm ci first.');
  fail(stack ?? message);
}

/** @param {string} line @returns {never} */
function fail(line) {
  console.error(`curfew: ${line}`);
  process.exit(1);
}
