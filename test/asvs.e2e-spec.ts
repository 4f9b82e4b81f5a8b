import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { isTitleOf, namedTests, shownTitle } from '../tools/asvs/named-tests.js';
import { latest, outcomeOf } from '../tools/asvs/results.js';

const folder = mkdtempSync(join(tmpdir(), 'curfew-asvs-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Apart from its number, so that what stands here is not taken for a title. */
const ASVS = 'asvs';
const FILE = 'test/one-logout.e2e-spec.ts';
const TESTS = namedTests(resolve('.'));
const named = (title: string) => ({ file: FILE, title, numbers: ['7.4.1'] });
const run = (status: string, ...titles: string[]) => ({ file: FILE, titles, status });

/** What the command says about a report that has these tests alone. */
function told(...runs: { titles: string[]; status: string }[]) {
  const report = join(folder, 'report.json');
  const assertionResults = runs.map(({ titles, status }) => ({
    ancestorTitles: titles.slice(0, -1),
    title: titles.at(-1),
    status,
  }));
  writeFileSync(report, JSON.stringify({ testResults: [{ name: resolve(FILE), assertionResults }] }));
  const page = join(folder, 'asvs.md');
  const command = ['tools/asvs.js', '--report', report, '--page', page];
  const { status, stderr } = spawnSync(process.execPath, command, { encoding: 'utf8' });
  const line = readFileSync(page, 'utf8')
    .split('\n')
    .find((each) => each.startsWith('| 7.4.1 |'));
  return { status, stderr, result: line?.split('|').at(-2)?.trim() };
}

describe('the table of the ASVS', () => {
  it('finds numbers in titles and in those of groups, and nowhere else', () => {
    const numbersOf = (file: string) => TESTS.filter((each) => each.file === file).flatMap(({ numbers }) => numbers);

    expect(numbersOf(FILE)).toEqual(['7.4.1']);
    expect(numbersOf('test/session.e2e-spec.ts')).toEqual(expect.arrayContaining(['3.3.1', '3.3.5', '7.2.4']));
    expect(numbersOf('test/policy.e2e-spec.ts')).toEqual(['2.3.2', '7.1.2', '2.3.4']);
    expect(numbersOf('test/database.ts')).toEqual([]);
  });

  it('knows a title whatever values stand in it, and shows it without them', () => {
    const each = named(`bad C11 ${ASVS} 7.4.1 no headers for %s, by $contract`);

    expect(isTitleOf(each, ['a group', `bad C11 ${ASVS} 7.4.1 no headers for https://e.example, by dittofi`])).toBe(
      true,
    );
    expect(isTitleOf(each, ['a group', `bad C11 ${ASVS} 7.4.1 no cookie for https://e.example, by dittofi`])).toBe(
      false,
    );
    expect(shownTitle(each.title)).toBe('bad C11 no headers for …, by …');
  });

  it('counts what stands in a group, and takes the last word of several reports', () => {
    const group = named(`${ASVS} 7.4.1 a group`);
    const runs = [run('failed', `${ASVS} 7.4.1 a group`, 'one'), run('passed', `${ASVS} 7.4.1 a group`, 'two')];
    const again = [run('passed', `${ASVS} 7.4.1 a group`, 'one'), run('skipped', `${ASVS} 7.4.1 a group`, 'two')];

    expect(outcomeOf(group, latest(runs))).toEqual({ passed: 1, failed: 1 });
    expect(outcomeOf(group, latest([...runs, ...again]))).toEqual({ passed: 2, failed: 0 });
  });

  it('exits with 1 and says so where a test failed, and where none was run', () => {
    const { title } = TESTS.find(({ file }) => file === FILE)!;

    const [passed, failed, absent] = [told(run('passed', title)), told(run('failed', title)), told()];

    expect([passed.result, failed.result, absent.result]).toEqual(['passed', '**failed**', 'not run']);
    expect(passed.stderr).not.toContain('7.4.1:');
    expect([failed.status, failed.stderr]).toEqual([1, expect.stringContaining('7.4.1: failed\n')]);
    expect([absent.status, absent.stderr]).toEqual([1, expect.stringContaining('7.4.1: not run\n')]);
  }, 60_000);
});
