import { setImmediate as turn, setTimeout as pause } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { SharedStatement, type Sharing } from './shared-statement.js';

interface Flight {
  questions: string[];
  answer(): void;
  fail(error: Error): void;
}

/** A store that answers when the test says so: what has left, in order. */
function departures(sharing: Partial<Sharing> = {}) {
  const flights: Flight[] = [];
  const sizes: number[] = [];
  const statement = new SharedStatement<string, string>(
    (questions) =>
      new Promise((resolve, reject) => {
        flights.push({ questions, answer: () => resolve(questions.map((each) => `re ${each}`)), fail: reject });
      }),
    { inFlight: 1, size: 500, patienceMs: 5_000, ...sharing },
    (size) => sizes.push(size),
  );
  landAll = () => flights.forEach((flight) => flight.answer());
  return { statement, flights, sizes };
}

let landAll = (): void => {};
afterEach(() => landAll());

const settled = (promise: Promise<unknown>): Promise<unknown> =>
  Promise.race([promise.catch((error: unknown) => error), pause(0, 'pending')]);

describe('who rides together', () => {
  it('all who ask in one turn of the event loop share one statement, and each hears its own answer', async () => {
    const { statement, flights, sizes } = departures();

    const answers = Promise.all(['a', 'b', 'c'].map((question) => statement.ask(question)));
    await turn();
    flights[0]!.answer();

    expect(await answers).toEqual(['re a', 're b', 're c']);
    expect(flights.map(({ questions }) => questions)).toEqual([['a', 'b', 'c']]);
    expect(sizes).toEqual([3]);
  });

  it('nobody joins a statement that has left: whoever comes later waits for the next', async () => {
    const { statement, flights } = departures();
    const early = statement.ask('early');
    await turn();

    const late = statement.ask('late');
    await turn();
    expect(flights.map(({ questions }) => questions)).toEqual([['early']]);

    flights[0]!.answer();
    expect(await early).toBe('re early');
    expect(await settled(late)).toBe('pending');
    expect(flights.map(({ questions }) => questions)).toEqual([['early'], ['late']]);
  });

  it('not even the same question joins: its answer could predate what was acknowledged in between', async () => {
    const { statement, flights } = departures({ inFlight: 2 });
    const before = statement.ask('same');
    await turn();

    const after = statement.ask('same');
    await turn();
    flights[0]!.answer();

    expect(await before).toBe('re same');
    expect(await settled(after)).toBe('pending');
    expect(flights).toHaveLength(2);
  });

  it('no more statements than allowed are in flight; those who wait meanwhile share the next', async () => {
    const { statement, flights } = departures({ inFlight: 2 });
    for (const question of ['a', 'b', 'c', 'd']) {
      void statement.ask(question);
      await turn();
    }
    expect(flights.map(({ questions }) => questions)).toEqual([['a'], ['b']]);

    flights[1]!.answer();
    await turn();
    await turn();

    expect(flights.map(({ questions }) => questions)).toEqual([['a'], ['b'], ['c', 'd']]);
  });

  it('a statement carries no more than its size; the rest leave by the next, in their order', async () => {
    const { statement, flights, sizes } = departures({ inFlight: 3, size: 2 });

    for (const question of ['a', 'b', 'c', 'd', 'e']) void statement.ask(question);
    for (let turns = 0; turns < 4; turns++) await turn();

    expect(flights.map(({ questions }) => questions)).toEqual([['a', 'b'], ['c', 'd'], ['e']]);
    expect(sizes).toEqual([2, 2, 1]);
  });
});

describe('what fails', () => {
  it('reaches the riders of that statement, and nobody else', async () => {
    const { statement, flights } = departures({ inFlight: 2 });
    const lost = [statement.ask('a'), statement.ask('b')];
    await turn();
    const found = statement.ask('c');
    await turn();

    flights[0]!.fail(new Error('connection lost'));
    flights[1]!.answer();

    expect(await Promise.all(lost.map((each) => settled(each)))).toEqual([
      new Error('connection lost'),
      new Error('connection lost'),
    ]);
    expect(await found).toBe('re c');
  });

  it('leaves the way free: those who waited behind it still get their answer', async () => {
    const { statement, flights } = departures();
    const lost = statement.ask('a');
    await turn();
    const waiting = statement.ask('b');

    flights[0]!.fail(new Error('connection lost'));
    expect(await settled(lost)).toEqual(new Error('connection lost'));
    await turn();
    flights[1]!.answer();

    expect(await waiting).toBe('re b');
  });
});

describe('P3 patience', () => {
  const UNAVAILABLE = expect.objectContaining({ code: 'STORE_UNAVAILABLE' }) as Error;

  it('ends for whoever rides, and for whoever waits behind', async () => {
    const { statement, flights } = departures({ patienceMs: 40 });
    const start = performance.now();
    const riding = statement.ask('riding');
    await turn();
    const waiting = statement.ask('waiting');

    const outcomes = await Promise.allSettled([riding, waiting]);

    expect(outcomes.map((outcome) => outcome.status === 'rejected' && outcome.reason)).toEqual([
      UNAVAILABLE,
      UNAVAILABLE,
    ]);
    expect(performance.now() - start).toBeLessThan(400);
    expect(flights).toHaveLength(1);
  });

  it('a question that was given up is not sent later', async () => {
    const { statement, flights } = departures({ patienceMs: 40 });
    void statement.ask('riding').catch(() => {});
    await turn();
    await settled(statement.ask('given up').catch(() => pause(20)));
    await pause(80);

    const next = statement.ask('next');
    flights[0]!.answer();
    await turn();
    await turn();
    flights[1]!.answer();

    expect(await next).toBe('re next');
    expect(flights.map(({ questions }) => questions)).toEqual([['riding'], ['next']]);
  });

  it('is counted for each question by itself: an answer in time is heard', async () => {
    const { statement, flights } = departures({ patienceMs: 200 });
    const early = statement.ask('early');
    await turn();
    await pause(120);
    const late = statement.ask('late');
    await settled(early);
    await pause(120);

    flights[0]!.answer();
    await turn();
    await turn();
    flights[1]!.answer();

    expect(await settled(early)).toEqual(UNAVAILABLE);
    expect(await late).toBe('re late');
  });
});
