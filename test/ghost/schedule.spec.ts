import { expect, it } from 'vitest';
import { FAULTS } from './faults/faults.js';
import { Schedule } from './schedule.js';

const KINDS = FAULTS.map(({ kind }) => kind);
const plan = (seed: number | string, kinds?: string[]) => new Schedule({ seed, seconds: 90, kinds });

it('the same faults after the same rests, when the seed is the same', () => {
  const [first, second] = [plan(7).preview(60), plan('7').preview(60)];

  expect(second).toEqual(first);
});

it('other faults, when the seed is another', () => {
  const kindsOf = (seed: number): string[] =>
    plan(seed)
      .preview(60)
      .map(({ kind }) => kind);

  expect(kindsOf(8)).not.toEqual(kindsOf(7));
});

it('every kind once, before any comes again', () => {
  const kinds = plan(3)
    .preview(2 * KINDS.length)
    .map(({ kind }) => kind);

  expect(kinds.slice(0, KINDS.length).toSorted()).toEqual(KINDS.toSorted());
  expect(kinds.slice(KINDS.length).toSorted()).toEqual(KINDS.toSorted());
});

it('those that were wished for, and no others', () => {
  const kinds = plan(3, ['node-kill', 'answer-jitter'])
    .preview(10)
    .map(({ kind }) => kind);

  expect(new Set(kinds)).toEqual(new Set(['node-kill', 'answer-jitter']));
});

it('every rest as long as was asked', () => {
  const rests = new Schedule({ seed: 7, seconds: 90, restSeconds: 7 }).preview(10).map(({ restMs }) => restMs);

  expect(new Set(rests)).toEqual(new Set([7_000]));
});

it('refused with the names there are, when a kind is unknown', () => {
  expect(() => plan(3, ['node-kil'])).toThrow(/No such fault: node-kil\. There are node-kill, /);
});

it('each kind has a name of its own', () => {
  expect(new Set(KINDS).size).toBe(KINDS.length);
});
