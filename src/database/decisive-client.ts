import pg from 'pg';

type AnyQuery = (...args: unknown[]) => Promise<unknown> | undefined;
type Callback = (error: Error | null, result?: unknown) => void;

/** PostgreSQL, appendix A: transaction_resolution_unknown. */
const OUTCOME_UNKNOWN = '08007';
/** Where the server gives up waiting for a standby; its message is translated, this name is not. */
const WAIT_FOR_STANDBY = 'SyncRepWaitForLSN';

/**
 * A connection that never leaves in doubt. A query that timed out closes it, so that no one after waits for the lost answer.
 * One that breaks while a pool hands it over, and nobody listens to it yet, fails its next query, and not the process.
 * A commit that was cut short while it waited for a standby is no commit: the server calls it done, with a warning that it
 * may not have been replicated, so the outcome is refused as unknown.
 */
export class DecisiveClient extends pg.Client {
  private doubt: Error | undefined;

  constructor(config: pg.ClientConfig) {
    super(config);
    // Unheard, its error would end the process.
    this.on('error', () => {});
    this.on('notice', ({ routine, message }) => {
      if (routine !== WAIT_FOR_STANDBY) return;
      this.doubt = Object.assign(new Error(message), { code: OUTCOME_UNKNOWN });
      this.breakOff();
    });
  }

  override query = ((...args: unknown[]) => {
    const callback = args.at(-1);
    if (typeof callback === 'function') args[args.length - 1] = this.heard(callback as Callback);
    const answer = (pg.Client.prototype.query as AnyQuery).apply(this, args);
    return answer instanceof Promise ? answer.then(this.certain, this.refused) : answer;
  }) as pg.Client['query'];

  /** Whatever is under way fails for this reason, or as a lost connection does. */
  breakOff(reason?: Error): void {
    (this as unknown as Broken).connection.stream.destroy(reason);
  }

  /** Hears why a query was refused, before its caller does. */
  protected onRefusal(error: Error): void {
    if (error.message === 'Query read timeout') this.breakOff();
  }

  private heard(callback: Callback): Callback {
    return (error, result) => {
      if (error) this.onRefusal(error);
      callback(this.doubt ?? error, result);
    };
  }

  private readonly certain = <T>(result: T): T => {
    if (this.doubt) throw this.doubt;
    return result;
  };

  private readonly refused = (error: Error): never => {
    this.onRefusal(error);
    throw this.doubt ?? error;
  };
}

interface Broken {
  connection: { stream: { destroy(reason?: Error): void } };
}
