import type { Logger } from 'pino';

type Bindings = Record<string, unknown>;
const LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;

/** The log, with loggers of requests that are made only where something is written: most reads write nothing. */
export function withLazyChildren(logger: Logger): Logger {
  const child = (bindings: Bindings): RequestLogger => new RequestLogger(logger, bindings);
  return Object.create(logger, { child: { value: child } }) as Logger;
}

/** What Fastify, and the line of a request, ask of its logger. */
class RequestLogger {
  private made: Logger | undefined;

  constructor(
    private readonly parent: Logger,
    private readonly bindings: Bindings,
  ) {}

  get level(): string {
    return this.parent.level;
  }

  get own(): Logger {
    return (this.made ??= this.parent.child(this.bindings));
  }

  isLevelEnabled(level: string): boolean {
    return this.parent.isLevelEnabled(level);
  }

  child(bindings: Bindings): Logger {
    return this.own.child(bindings);
  }
}

for (const level of LEVELS) {
  Object.defineProperty(RequestLogger.prototype, level, {
    value(this: RequestLogger, ...line: [object, string]) {
      this.own[level](...line);
    },
  });
}
