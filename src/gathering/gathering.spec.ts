import { setImmediate as turn, setTimeout as pause } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { Gathering, type Sharing } from './gathering.js';

interface Flight {
  questions: string[];
  answer(): void;
  fail(error: Error): void;
}

/** What is asked, answering when the test says so: what has left, in order. */
function departures(sharing: Partial<Sharing> = {}) {
  const flights: Flight[] = [];
  const sizes: number[] = [];
  const gathering = new Gathering<string, string>(
    (questions) =>
      new Promise((resolve, reject) => {
        flights.push({ questions, answer: () => resolve(questions.map((each) => `re ${each}`)), fail: reject });
      }),
    { inFlight: 1, size: 500, patienceMs: 5_000, ...sharing },
    { impatience: () => new Error('no answer in time'), onDeparture: (size) => sizes.push(size) },
  );
  landAll = () => flights.forEach((flight) => flight.answer());
  return { gathering, flights, sizes };
}

let landAll = (): void => {};
afterEach(() => landAll());

const settled = (promise: Promise<unknown>): Promise<unknown> =>
  Promise.race([promise.catch((error: unknown) => error), turn('pending')]);

describe('who rides together', () => {
  it('all who ask in one turn of the event loop share one call, and each hears its own answer', async () => {
    const { gathering, flights, sizes } = departures();

    const answers = Promise.all(['a', 'b', 'c'].map((question) => gathering.ask(question)));
    await turn();
    flights[0]!.answer();

    expect(await answers).toEqual(['re a', 're b', 're c']);
    expect(flights.map(({ questions }) => questions)).toEqual([['a', 'b', 'c']]);
    expect(sizes).toEqual([3]);
  });

  it('nobody joins a call that has left: whoever comes later waits for the next', async () => {
    const { gathering, flights } = departures();
    const early = gathering.ask('early');
    await turn();

    const late = gathering.ask('late');
    await turn();
    expect(flights.map(({ questions }) => questions)).toEqual([['early']]);

    flights[0]!.answer();
    expect(await early).toBe('re early');
    expect(await settled(late)).toBe('pending');
    expect(flights.map(({ questions }) => questions)).toEqual([['early'], ['late']]);
  });

  it('not even the same question joins: its answer could predate what was acknowledged in between', async () => {
    const { gathering, flights } = departures({ inFlight: 2 });
    const before = gathering.ask('same');
    await turn();

    const after = gathering.ask('same');
    await turn();
    flights[0]!.answer();

    expect(await before).toBe('re same');
    expect(await settled(after)).toBe('pending');
    expect(flights).toHaveLength(2);
  });

  it('no more calls than allowed are in flight; those who wait meanwhile share the next', async () => {
    const { gathering, flights } = departures({ inFlight: 2 });
    for (const question of ['a', 'b', 'c', 'd']) {
      void gathering.ask(question);
      await turn();
    }
    expect(flights.map(({ questions }) => questions)).toEqual([['a'], ['b']]);

    flights[1]!.answer();
    await turn();
    await turn();

    expect(flights.map(({ questions }) => questions)).toEqual([['a'], ['b'], ['c', 'd']]);
  });

  it('a call carries no more than its size; the rest leave by the next, in their order', async () => {
    const { gathering, flights, sizes } = departures({ inFlight: 3, size: 2 });

    for (const question of ['a', 'b', 'c', 'd', 'e']) void gathering.ask(question);
    for (let turns = 0; turns < 4; turns++) await turn();

    expect(flights.map(({ questions }) => questions)).toEqual([['a', 'b'], ['c', 'd'], ['e']]);
    expect(sizes).toEqual([2, 2, 1]);
  });
});

describe('what fails', () => {
  it('reaches the riders of that call, and nobody else', async () => {
    const { gathering, flights } = departures({ inFlight: 2 });
    const lost = [gathering.ask('a'), gathering.ask('b')];
    await turn();
    const found = gathering.ask('c');
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
    const { gathering, flights } = departures();
    const lost = gathering.ask('a');
    await turn();
    const waiting = gathering.ask('b');

    flights[0]!.fail(new Error('connection lost'));
    expect(await settled(lost)).toEqual(new Error('connection lost'));
    await turn();
    flights[1]!.answer();

    expect(await waiting).toBe('re b');
  });
});

describe('P3 patience', () => {
  const UNAVAILABLE = new Error('no answer in time');

  it('ends for whoever rides, and for whoever waits behind', async () => {
    const { gathering, flights } = departures({ patienceMs: 40 });
    const start = performance.now();
    const riding = gathering.ask('riding');
    await turn();
    const waiting = gathering.ask('waiting');

    const outcomes = await Promise.allSettled([riding, waiting]);

    expect(outcomes.map((outcome) => outcome.status === 'rejected' && outcome.reason)).toEqual([
      UNAVAILABLE,
      UNAVAILABLE,
    ]);
    expect(performance.now() - start).toBeLessThan(400);
    expect(flights).toHaveLength(1);
  });

  it('a question that was given up is not sent later', async () => {
    const { gathering, flights } = departures({ patienceMs: 40 });
    void gathering.ask('riding').catch(() => {});
    await turn();
    await settled(gathering.ask('given up').catch(() => pause(20)));
    await pause(80);

    const next = gathering.ask('next');
    flights[0]!.answer();
    await turn();
    await turn();
    flights[1]!.answer();

    expect(await next).toBe('re next');
    expect(flights.map(({ questions }) => questions)).toEqual([['riding'], ['next']]);
  });

  it('is counted for each question by itself: an answer in time is heard', async () => {
    const { gathering, flights } = departures({ patienceMs: 200 });
    const early = gathering.ask('early');
    await turn();
    await pause(120);
    const late = gathering.ask('late');
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
