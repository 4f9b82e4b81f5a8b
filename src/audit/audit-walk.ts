import { hashOf, type ChainedEntry } from './audit-chain.js';

/** What is wrong with the log, and at which numbers: from the first to the last of them. */
export interface AuditFinding {
  readonly kind: 'missing' | 'altered' | 'out_of_order' | 'foreign' | 'head' | 'beginning';
  readonly from: string;
  readonly to: string;
  readonly detail: string;
}

/** A place in the chain. */
export interface Link {
  readonly number: bigint;
  readonly hash: string;
}

/** Takes the rows of the log in their order, and judges each by itself and by the one before it. Knows no database. */
export class AuditWalk {
  private readonly findings: AuditFinding[] = [];
  /** Rows that do not continue the one before them: which of those were moved is known at the end. */
  private readonly strays: ChainedEntry[] = [];
  private beforeLast: Link;
  private recordedAt = '';

  /** `last` is the place behind which the walk begins. */
  constructor(private last: Link) {
    this.beforeLast = last;
  }

  /** The last row that is part of the chain. */
  get end(): Link {
    return this.last;
  }

  take(entry: ChainedEntry): void {
    const number = BigInt(entry.number);
    if (hashOf(entry.previousHash, entry) !== entry.hash)
      this.find('altered', number, number, 'the row is not what was hashed');
    if (entry.previousHash === this.last.hash) this.continue(entry, number);
    else if (this.isIntruderBefore(entry, number)) this.replaceLast(entry, number);
    else if (number <= this.last.number) this.find('foreign', number, number, 'the row belongs to no chain');
    else this.stray(entry, number);
  }

  /** Says what else is wrong, and where. */
  find(kind: AuditFinding['kind'], from: bigint, to: bigint, detail: string): void {
    this.findings.push({ kind, from: String(from), to: String(to), detail });
  }

  /** Everything found, in the order of numbers. */
  finish(): AuditFinding[] {
    const moved = new Set(this.strays.map(({ hash }) => hash));
    for (const { number, previousHash } of this.strays) {
      // What follows a row that was moved has lost its place through that alone.
      if (moved.has(previousHash)) continue;
      this.find('out_of_order', BigInt(number), BigInt(number), 'the row does not continue the one before it');
    }
    return this.findings.toSorted((one, other) => Number(BigInt(one.from) - BigInt(other.from)));
  }

  private continue(entry: ChainedEntry, number: bigint): void {
    if (number !== this.last.number + 1n) this.judgeNumber(number);
    if (entry.recordedAt < this.recordedAt)
      this.find('out_of_order', number, number, 'written before the row that it continues');
    this.advance(entry, number);
  }

  private judgeNumber(number: bigint): void {
    const isAhead = number > this.last.number;
    const [from, to] = isAhead ? [this.last.number + 1n, number - 1n] : [number, number];
    this.find(isAhead ? 'missing' : 'foreign', from, to, 'numbers were changed: the chain itself has no gap');
  }

  // This row continues the one before the last: then the last came between them.
  private isIntruderBefore({ previousHash }: ChainedEntry, number: bigint): boolean {
    return this.beforeLast !== this.last && previousHash === this.beforeLast.hash && number <= this.last.number + 1n;
  }

  private replaceLast(entry: ChainedEntry, number: bigint): void {
    this.find('foreign', this.last.number, this.last.number, 'the row was put between two that follow one another');
    this.last = this.beforeLast;
    this.advance(entry, number);
  }

  private stray(entry: ChainedEntry, number: bigint): void {
    if (number > this.last.number + 1n) this.find('missing', this.last.number + 1n, number - 1n, 'rows are gone');
    else this.strays.push(entry);
    this.advance(entry, number);
  }

  private advance({ hash, recordedAt }: ChainedEntry, number: bigint): void {
    this.beforeLast = this.last;
    this.last = { number, hash };
    this.recordedAt = recordedAt;
  }
}
