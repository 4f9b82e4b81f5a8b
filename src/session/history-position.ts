import { SessionPosition } from './session-position.js';

const ENDED = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,6})?Z)_(\d{1,18})$/;

/** A place among sessions that have ended, in the order of their ends. */
export interface EndedPosition {
  readonly endedAt: string;
  readonly eventId: string;
}

/** A place in the history: first those who are still in, then those who have gone. */
export class HistoryPosition {
  private constructor(
    readonly live: SessionPosition | undefined,
    readonly ended: EndedPosition | undefined,
  ) {}

  /** Behind one who is still in. */
  static ofLive(position: SessionPosition): HistoryPosition {
    return new HistoryPosition(position, undefined);
  }

  /** Behind one who has gone; the instant is database text. */
  static ofEnded(endedAt: string, eventId: string): HistoryPosition {
    return new HistoryPosition(undefined, { endedAt: `${endedAt.slice(0, 10)}T${endedAt.slice(11, -3)}Z`, eventId });
  }

  /** Undefined for what no list ever gave. */
  static parse(text: unknown): HistoryPosition | undefined {
    if (typeof text !== 'string') return undefined;
    const [, endedAt, eventId] = ENDED.exec(text) ?? [];
    // The instant is one if a place among sessions may stand at it.
    if (endedAt !== undefined && eventId !== undefined)
      return SessionPosition.parse(`${endedAt}_${NOBODY}`) && new HistoryPosition(undefined, { endedAt, eventId });
    const live = SessionPosition.parse(text);
    return live && HistoryPosition.ofLive(live);
  }

  toString(): string {
    return this.ended ? `${this.ended.endedAt}_${this.ended.eventId}` : String(this.live);
  }
}

const NOBODY = '00000000-0000-0000-0000-000000000000';
