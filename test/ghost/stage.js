/** Everybody who asks: the clients of all users, and what they share. */
import { Deeds } from './deeds.js';
import { Door } from './door.js';
import { Graveyard } from './graveyard.js';
import { Logins } from './logins.js';
import { Observer } from './observer.js';
import { Random } from './random.js';
import { Recorder } from './recorder.js';
import { Client } from './workload.js';
import { World } from './world.js';

/** Two clients each, but for the brief ones. */
const SIZE = { users: 14, brief: 3 };

export class Stage {
  graveyard = new Graveyard();
  /** @type {Client[]} */
  clients = [];

  /**
   * @param {Door[]} doors
   * @param {World} world
   * @param {Recorder} recorder
   * @param {Random} random
   */
  constructor(doors, world, recorder, random) {
    this.doors = doors;
    this.world = world;
    this.recorder = recorder;
    this.random = random;
    this.observer = new Observer(recorder, world, random.fork('looks'));
    this.logins = new Logins(recorder, random.fork('logins'));
    this.deeds = new Deeds(recorder, world, random.fork('deeds'));
  }

  /**
   * @param {import('./cluster.js').Cluster} cluster
   * @param {import('./history.js').HistoryWriter} writer
   * @param {string} seed
   */
  static async set(cluster, writer, seed) {
    const doors = cluster.nodes.map(({ place, origin }) => new Door(place, origin));
    const [first] = doors;
    if (!first) throw new Error('There is no node.');
    const world = await World.make(cluster, first, SIZE);
    return new Stage(doors, world, new Recorder(writer), new Random(`${seed}/clients`));
  }

  /** All clients, until it is over. @param {AbortSignal} over */
  async play(over) {
    this.clients = this.world.users.flatMap((user) => {
      const one = new Client(this, user, undefined, this.random.fork(`${user.index} one`));
      return user.isBrief ? [one] : [one, new Client(this, user, one, this.random.fork(`${user.index} two`))];
    });
    await Promise.all(this.clients.map((client) => client.live(over)));
  }

  /** Ends all connections. */
  strike() {
    for (const door of this.doors) door.close();
  }
}
