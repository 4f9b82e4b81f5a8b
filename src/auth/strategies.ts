import { Injectable } from '@nestjs/common';
import passport, { type Strategy } from 'passport';

/** Whom a strategy can prove: a person by their session, a service by its key, whoever of both may administer, or just a password. */
export type Proven = 'principal' | 'service' | 'administrator' | 'user';

/** The strategies of one node. Passport's own registry is the process's: of two nodes in one, the later would answer for both. */
@Injectable()
export class Strategies extends passport.Passport {
  private readonly places = new Map<string, Proven>();

  /** Adds a strategy, and says where on the request the guard keeps whom it proves. */
  keep(name: string, strategy: Strategy, place: Proven): void {
    this.use(name, strategy);
    this.places.set(name, place);
  }

  /** A route that names a strategy which is not there must not open. */
  placeOf(name: string): Proven {
    const place = this.places.get(name);
    if (place === undefined) throw new Error(`There is no strategy ${name}.`);
    return place;
  }
}
