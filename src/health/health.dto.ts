export class LiveAnswer {
  /** The process answers. @example 'live' */
  status!: 'live';
}

export class ReadyAnswer {
  /** @example 'ready' */
  status!: 'ready' | 'draining' | 'store_unavailable' | 'store_unsafe';
  /** Where it is not ready, why, for operators; the log says more. @example 'PostgreSQL does not answer.' */
  detail?: string;
}
