import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Whether a place such as `docs/operations.md#logs` is there: the file, and its heading.
 *
 * @param {string} root
 * @param {string} place
 */
export function isThere(root, place) {
  const [file = '', anchor] = place.split('#');
  if (!existsSync(join(root, file))) return false;
  const headings = readFileSync(join(root, file), 'utf8').matchAll(/^#{1,6} (.+)$/gm);
  return anchor === undefined || [...headings].some(([, heading = '']) => anchorOf(heading) === anchor);
}

/** As the usual renderers make it of a heading. @param {string} heading */
function anchorOf(heading) {
  return heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\d _-]/gu, '')
    .replaceAll(' ', '-');
}
