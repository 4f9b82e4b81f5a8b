/** Serves this folder: builds first when a source has changed. An image without sources serves the dist it carries. */
import { existsSync } from 'node:fs';

// The shell between npm and us dies of SIGTERM without passing it on: we would serve on as an orphan.
if (process.env['npm_lifecycle_event']) {
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch);
    process.kill(process.pid, 'SIGTERM');
  }, 200).unref();
}

if (existsSync(new URL('../src', import.meta.url))) {
  const { build } = await import('./build.js');
  if (!(await build())) process.exit(1);
}
const server = new URL('../dist/src/main.js', import.meta.url);
await import(server.href);
