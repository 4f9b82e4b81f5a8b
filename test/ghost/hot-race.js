/** An ending that nine loops of questions race, on every node at once. */
import { setTimeout as pause } from 'node:timers/promises';
import { SURFACES } from './observer.js';
import { WIRES } from './wires.js';

/** @typedef {import('./recorder.js').Held} Held */

export const CONTRACTS = WIRES.map(({ contract }) => contract);

const LOOPS_A_NODE = 3;
const BEFORE_MS = 5;
const AFTER_MS = 50;
/** Between two questions of a loop. Who waits for an answer that is held back asks nothing meanwhile: so none waits. */
const BEAT_MS = { low: 2, high: 12 };
/** A race whose ending is not answered for seconds needs no more. */
const MOST_LOOKS = 40;
/** So many of a loop may wait: more would only crowd a node that is slow. */
const MOST_WAITING = 5;

export class HotRace {
  /**
   * @param {import('./workload.js').Stage} stage
   * @param {import('./random.js').Random} random
   */
  constructor(stage, random) {
    this.stage = stage;
    this.random = random;
  }

  /**
   * @template T
   * @param {Held} held
   * @param {() => Promise<T>} end
   */
  async run(held, end) {
    const over = new AbortController();
    const loops = this.stage.doors.flatMap((door) =>
      Array.from({ length: LOOPS_A_NODE }, () => this.loop(door, held, over.signal)),
    );
    const outcome = await this.stage.graveyard.whileHot(held, async () => {
      await pause(BEFORE_MS);
      const answer = await end();
      await pause(AFTER_MS);
      return answer;
    });
    over.abort();
    await Promise.all(loops);
    return outcome;
  }

  /**
   * @param {import('./door.js').Door} door
   * @param {Held} held
   * @param {AbortSignal} over
   */
  async loop(door, held, over) {
    /** @type {Set<Promise<unknown>>} */
    const waiting = new Set();
    for (let count = 0; count < MOST_LOOKS && !over.aborted; count++) {
      const look = this.stage.observer.look(door, held, this.random.pick(SURFACES));
      const kept = look.finally(() => waiting.delete(kept));
      waiting.add(kept);
      await pause(this.random.between(BEAT_MS.low, BEAT_MS.high));
      if (waiting.size >= MOST_WAITING) await Promise.race(waiting);
    }
    await Promise.all(waiting);
  }
}
