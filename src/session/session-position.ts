import type { FoundSession } from './session-facts.js';

const SHAPE = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,6})?Z)_([\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12})$/;

/** A place in the list of sessions, newest first: behind the one that started then. It stays good when that one ends. */
export class SessionPosition {
  private constructor(
    private readonly createdAt: string,
    private readonly id: string,
  ) {}

  static of({ createdAt, id }: Pick<FoundSession, 'createdAt' | 'id'>): SessionPosition {
    return new SessionPosition(`${createdAt.slice(0, 10)}T${createdAt.slice(11, -3)}Z`, id);
  }

  /** Undefined for what no list ever gave. */
  static parse(text: unknown): SessionPosition | undefined {
    const [, instant, id] = typeof text === 'string' ? (SHAPE.exec(text) ?? []) : [];
    if (instant === undefined || id === undefined || !isInstant(instant)) return undefined;
    return new SessionPosition(instant, id);
  }

  /** What lies behind it, as a condition on `sessions` whose values it adds. */
  condition(values: unknown[]): string {
    return `(sessions.created_at, sessions.id) < ($${values.push(this.createdAt)}::timestamptz, $${values.push(this.id)}::uuid)`;
  }

  toString(): string {
    return `${this.createdAt}_${this.id}`;
  }
}

// February has no 30th: JavaScript would move such a date on, and the store refuses it.
function isInstant(text: string): boolean {
  const date = new Date(text);
  return (
    !text.startsWith('0000') && !Number.isNaN(date.getTime()) && date.toISOString().slice(0, 19) === text.slice(0, 19)
  );
}
