const SHAPE = /^([1-9]\d{0,8})-(0|[1-9]\d{0,19})-(0|[1-9]\d{0,18})$/;
const MAX_TRANSACTION_ID = 2n ** 64n - 1n;
const MAX_ID = 2n ** 63n - 1n;

/** A place in the order of events: everything up to it has been read. Its text is the cursor, opaque to clients. */
export class EventPosition {
  /** `generation` counts how often the order was made anew; a position of another one means nothing. */
  constructor(
    readonly generation: number,
    readonly transactionId: string,
    readonly id: string,
  ) {}

  /** Undefined for what was never a cursor. */
  static parse(text: string): EventPosition | undefined {
    const [, generation, transactionId, id] = SHAPE.exec(text) ?? [];
    if (!transactionId || !id || BigInt(transactionId) > MAX_TRANSACTION_ID || BigInt(id) > MAX_ID) return undefined;
    return new EventPosition(Number(generation), transactionId, id);
  }

  /** Whether something may stand between this place and a later one. */
  isBefore(other: EventPosition): boolean {
    const [mine, theirs] = [BigInt(this.transactionId), BigInt(other.transactionId)];
    return mine === theirs ? BigInt(this.id) < BigInt(other.id) : mine < theirs;
  }

  toString(): string {
    return `${this.generation}-${this.transactionId}-${this.id}`;
  }
}
