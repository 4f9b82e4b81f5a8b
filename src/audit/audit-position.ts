const SHAPE = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z)_([1-9]\d{0,17})$/;

/** A place in the audit log as it is read, newest first: the last row seen. Its text is the cursor, opaque to clients. */
export class AuditPosition {
  constructor(
    /** Text of RFC 3339 with microseconds. */
    readonly occurredAt: string,
    readonly number: string,
  ) {}

  /** Undefined for what was never a cursor. */
  static parse(text: unknown): AuditPosition | undefined {
    const [, occurredAt, number] = (typeof text === 'string' && SHAPE.exec(text)) || [];
    if (occurredAt === undefined || number === undefined || Number.isNaN(Date.parse(occurredAt))) return undefined;
    return new AuditPosition(occurredAt, number);
  }

  toString(): string {
    return `${this.occurredAt}_${this.number}`;
  }
}
