import pg from 'pg';

type AnyQuery = (...args: unknown[]) => Promise<unknown> | undefined;

/**
 * A connection whose query timed out is of no use any more: it closes, so that no one after waits for the lost answer. One
 * that breaks while a pool hands it over, and nobody listens to it yet, fails its next query, and not the process.
 */
export class DecisiveClient extends pg.Client {
  constructor(...config: ConstructorParameters<typeof pg.Client>) {
    super(...config);
    // Unheard, its error would end the process.
    this.on('error', () => {});
  }

  override query = ((...args: unknown[]) => {
    const answer = (pg.Client.prototype.query as AnyQuery).apply(this, args);
    answer?.catch((error: Error) => {
      if (error.message === 'Query read timeout') (this as unknown as Broken).connection.stream.destroy();
    });
    return answer;
  }) as pg.Client['query'];
}

interface Broken {
  connection: { stream: { destroy(): void } };
}
