/** How a check went: well, well enough but to be looked at, badly. */
export type Level = 'ok' | 'warning' | 'bad';

/** What one check found, and what to do about it. */
export interface Finding {
  level: Level;
  /** A stable word for the check. */
  check: string;
  detail: string;
  advice?: string;
}

/** A finding that is well. */
export function well(check: string, detail: string): Finding {
  return { level: 'ok', check, detail };
}

/** A finding to look at: the server works, and could be better off. */
export function odd(check: string, detail: string, advice: string): Finding {
  return { level: 'warning', check, detail, advice };
}

/** A finding that needs mending. */
export function bad(check: string, detail: string, advice: string): Finding {
  return { level: 'bad', check, detail, advice };
}
