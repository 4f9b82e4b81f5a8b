import { readFile } from 'node:fs/promises';

/** The console blocks of a page: commands, and the output that each promises, with `…` for what differs each time. @param {string} file */
export async function promises(file) {
  const text = await readFile(file, 'utf8');
  return [...text.matchAll(/```console\n([\s\S]*?)```/g)].flatMap(([, block]) =>
    (block ?? '')
      .split(/^\$ /m)
      .filter(Boolean)
      .map((part) => {
        const [command = '', ...output] = part.split('\n');
        return { command, output: output.join('\n').trim() };
      }),
  );
}

/** @param {string} promised @param {string} printed */
export function keeps(promised, printed) {
  const pattern = promised
    .split('…')
    .map((text) => text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, '\\$&'))
    .join('[\\s\\S]*?');
  return new RegExp(`^\\s*${pattern}\\s*$`).test(printed);
}
