import { expect, it } from 'vitest';
import { check } from './checker.js';
import { missing, SURFACES } from './evidence.js';
import { reportOf } from './report.js';
import { WrittenHistory } from './written-history.js';

const RUN = { seconds: 1, isWhole: false, hasAllFaults: false };

/** A second in which enough was looked at. */
function busySecond(): WrittenHistory {
  const history = new WrittenHistory().phase('begin', 0);
  for (let token = 0; token < 20; token++) {
    const surface = SURFACES[token % SURFACES.length]!;
    history
      .login(token, [0, 1])
      .check(token, 'live', [2, 3], { named: 0 })
      .deed('logout', 'done', [10, 14], { token })
      .check(token, 'live', [11, 12])
      .check(-1, 'dead', [12, 13]);
    for (let turn = 0; turn < 10; turn++) history.check(token, 'dead', [15, 16], { surface });
  }
  return history;
}

it('nothing is missing from a run that looked', async () => {
  const { text, isGreen } = reportOf(await check(busySecond().lines), RUN);

  expect(text).toContain('Violations: none');
  expect(isGreen).toBe(true);
});

it('a run that looked away is red, and says at what it did not look', async () => {
  const { text, isGreen } = reportOf(await check(new WrittenHistory().login(1, [0, 1]).lines), RUN);

  expect(isGreen).toBe(false);
  expect(text).toContain('0 readings judged against a certain death; at least 15 were due');
  expect(text).toContain('0 endings that readings overlapped; at least 1 were due');
  expect(text).toContain('no dead token was shown at forward-auth');
});

it('a whole run compares all nodes, reads the events, and meets many kinds of faults', async () => {
  const verdict = await check(busySecond().fault('node-kill', [5, 6]).lines);

  expect(missing(verdict, { seconds: 1, isWhole: true, hasAllFaults: false })).toEqual([
    '0 endings found in the log of events; at least 1 were due',
    '0 events heard; at least 2 were due',
    '0 tokens compared on all nodes; at least 2 were due',
  ]);
  expect(missing(verdict, { seconds: 60, isWhole: false, hasAllFaults: true })).toEqual(
    expect.arrayContaining(['1 faults; at least 15 were due', '1 kinds of faults; at least 8 were due']),
  );
});

it('a minute shows every kind of ending', async () => {
  const verdict = await check(busySecond().lines);

  const lacks = missing(verdict, { seconds: 60, isWhole: true, hasAllFaults: true });

  expect(lacks).toContain('no token was shown that end-application had certainly ended');
  expect(lacks).not.toContain('no token was shown that logout had certainly ended');
});

it('less than was asked for is missing', async () => {
  const verdict = await check(busySecond().fault('node-kill', [5, 6]).lines);
  const run = { ...RUN, least: { faults: 2, requests: 1_000 } };

  expect(missing(verdict, run)).toEqual(['300 requests; 1000 were asked for', '1 faults; 2 were asked for']);
  expect(missing(verdict, { ...run, least: { faults: 1, requests: 300 } })).toEqual([]);
});

it('a violation is red, with its history', async () => {
  const history = busySecond()
    .fault('answer-jitter', [13, 17], { node: 1 })
    .check(7, 'live', [15.5, 16.5], { node: 1 });

  const { text, isGreen } = reportOf(await check(history.lines), RUN);

  expect(isGreen).toBe(false);
  expect(text).toContain(
    'VIOLATIONS: ghost 1\n\n1. V1 ghost: native: alive to a request begun 1.50 ms after its end was answered',
  );
  expect(text).toMatch(/^ {6}.*FAULT answer-jitter of node 1$/m);
  expect(text).toMatch(/^ {4}> .*node 1 {2}check at native +token 7 {2}200 live/m);
});
