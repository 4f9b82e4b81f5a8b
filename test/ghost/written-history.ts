import type { EventLine, FaultLine, Fresh, Line, Operation, Outcome, PhaseLine, Reading } from './history.js';

type Fields = Partial<Operation>;

const BLANK = {
  of: 'operation',
  surface: 'native',
  node: 0,
  user: 0,
  token: null,
  status: 200,
  reading: 'none',
} as const;

/** A small history, written by hand: every instant is a pair of milliseconds, when it was asked and when it was answered. */
export class WrittenHistory {
  readonly lines: Line[] = [];

  /** Every user’s session of token 7 is called `s7`. */
  login(
    token: number,
    [t0, t1]: [number, number],
    { fresh, ...fields }: Omit<Fields, 'fresh'> & { fresh?: Partial<Fresh> } = {},
  ): this {
    const contract = fields.contract ?? 'native';
    const born = { token, session: `s${token}`, contract, ...fresh };
    return this.operation('login', [t0, t1], { outcome: 'done', fresh: born, contract, ...fields });
  }

  /** A login whose answer brought no token. */
  failedLogin(outcome: Outcome, [t0, t1]: [number, number], fields: Fields = {}): this {
    return this.operation('login', [t0, t1], { outcome, status: outcome === 'refused' ? 401 : null, ...fields });
  }

  check(token: number, reading: Reading, [t0, t1]: [number, number], fields: Fields = {}): this {
    return this.operation('check', [t0, t1], { token, reading, ...fields });
  }

  /** Something that ends sessions or tokens, by its name. */
  deed(kind: string, outcome: Outcome, [t0, t1]: [number, number], fields: Fields = {}): this {
    return this.operation(kind, [t0, t1], { outcome, status: outcome === 'unknown' ? null : 204, ...fields });
  }

  /** The session of token `from` goes on with token `to`. */
  rotate(from: number, to: number, [t0, t1]: [number, number], session = `s${from}`): this {
    const fresh = { token: to, session, contract: 'native' };
    return this.operation('rotate', [t0, t1], { token: from, outcome: 'done', reading: 'live', fresh });
  }

  /** Everything of another one. */
  also({ lines }: WrittenHistory): this {
    this.lines.push(...lines);
    return this;
  }

  event(source: EventLine['source'], id: string, session: string, fields: Partial<EventLine> = {}): this {
    this.lines.push({
      of: 'event',
      source,
      id,
      session,
      type: 'session.ended',
      user: 0,
      at: 0,
      ...(source === 'table' && { at: 950, occurredAt: 10 }),
      ...fields,
    });
    return this;
  }

  fault(kind: string, [from, until]: [number, number], fields: Partial<FaultLine> = {}): this {
    this.lines.push({ of: 'fault', kind, from, until, ...fields });
    return this;
  }

  phase(name: PhaseLine['name'], at: number): this {
    this.lines.push({ of: 'phase', name, at });
    return this;
  }

  operation(kind: string, [t0, t1]: [number, number], fields: Fields): this {
    this.lines.push({ ...BLANK, kind, t0, t1, ...fields });
    return this;
  }
}
