export class LiveAnswer {
  /** The process answers. @example 'live' */
  status!: 'live';
}

export class ReadyAnswer {
  /** @example 'ready' */
  status!: 'ready' | 'draining' | 'store_unavailable';
}
