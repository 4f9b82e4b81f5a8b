import type { LookupAddress } from 'node:dns';
import { lookup } from 'node:dns/promises';
import pLimit from 'p-limit';

/** All addresses of a name. */
export type Resolve = (host: string) => Promise<LookupAddress[]>;

/**
 * Looks up names one after the other, and the same name once for all who ask meanwhile. Node has room for two lookups that
 * take long: names whose servers do not answer may hold one of them, and the other is left for the database's name.
 */
export class NameLookups {
  private readonly oneByOne = pLimit(1);
  private readonly underWay = new Map<string, Promise<LookupAddress[]>>();

  constructor(private readonly ask: Resolve = (host) => lookup(host, { all: true })) {}

  /** Rejects as the lookup does. */
  readonly resolve: Resolve = (host) => {
    const asked = this.underWay.get(host);
    if (asked) return asked;
    const looking = this.oneByOne(() => this.ask(host)).finally(() => this.underWay.delete(host));
    this.underWay.set(host, looking);
    return looking;
  };
}
