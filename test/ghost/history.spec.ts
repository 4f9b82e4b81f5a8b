import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { HistoryFile, HistoryWriter, type Line } from './history.js';
import { Latencies } from './latencies.js';
import { WrittenHistory } from './written-history.js';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'curfew-history-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

async function read(file: HistoryFile): Promise<Line[]> {
  const lines: Line[] = [];
  for await (const line of file) lines.push(line);
  return lines;
}

it('is read as it was written, more than once, and while the run goes on', async () => {
  const file = join(folder, 'whole.ndjson');
  const { lines } = new WrittenHistory()
    .login(1, [0.25, 1.5])
    .fault('node-kill', [1, 2], { node: 0 })
    .phase('healed', 3);
  const writer = new HistoryWriter(file);

  for (const line of lines) writer.write(line);
  await writer.settle();
  const early = await read(new HistoryFile(file));
  await writer.close();

  expect(early).toEqual(lines);
  expect(await read(new HistoryFile(file))).toEqual(lines);
});

it('a last line that was cut off is left out', async () => {
  const file = join(folder, 'cut.ndjson');
  const writer = new HistoryWriter(file);
  writer.write({ of: 'phase', name: 'begin', at: 1 });
  await writer.close();
  appendFileSync(file, '{"of":"phase","na');

  expect(await read(new HistoryFile(file))).toEqual([{ of: 'phase', name: 'begin', at: 1 }]);
});

it('percentiles within three per cent', () => {
  const latencies = new Latencies();
  for (let ms = 1; ms <= 1_000; ms++) latencies.add(ms);

  expect([50, 99, 100].map((percent) => Math.abs(latencies.percentile(percent) / (percent * 10) - 1) <= 0.03)).toEqual([
    true,
    true,
    true,
  ]);
});
