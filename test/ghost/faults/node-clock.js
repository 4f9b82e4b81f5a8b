import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

/** It serves so long at least before the next fault may end it. */
const SERVING_MS = 1_000;
const OFFSETS = ['-2h', '+2h'];
const LIBRARIES = '/usr/lib';
const LIBRARY = 'faketime/libfaketime.so.1';

/** Where Debian puts it: in a folder of the machine's architecture. */
function findLibrary() {
  const folders = existsSync(LIBRARIES) ? readdirSync(LIBRARIES) : [];
  return folders.map((folder) => join(LIBRARIES, folder, LIBRARY)).find((path) => existsSync(path));
}

/**
 * A node is started again with a clock two hours off, and keeps it until it is started the next time.
 *
 * @type {import('../schedule.js').Fault}
 */
export const nodeClock = {
  kind: 'node-clock',
  needs: () => (findLibrary() === undefined ? 'libfaketime is not installed (Debian: faketime)' : undefined),
  async strike({ nodes }, random) {
    const node = random.pick(nodes);
    const offset = random.pick(OFFSETS);
    await node.kill();
    // Timers stay true: only what o’clock it is does not.
    await node.boot({ LD_PRELOAD: findLibrary(), FAKETIME: offset, FAKETIME_DONT_FAKE_MONOTONIC: '1' });
    await pause(SERVING_MS);
    return { node: node.place, detail: { offset } };
  },
};
