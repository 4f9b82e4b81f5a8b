import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** Stands between a node and its database, and fails in the ways that networks do. */
export class DatabaseProxy {
  private readonly pairs = new Set<[Socket, Socket]>();
  private isSwallowing = false;
  private isRefusing = false;

  private constructor(
    private readonly server: Server,
    readonly url: string,
  ) {}

  static async start(databaseUrl: string): Promise<DatabaseProxy> {
    const { hostname, port } = new URL(databaseUrl);
    const server = createServer({ pauseOnConnect: true });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = Object.assign(new URL(databaseUrl), {
      host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    }).href;
    const proxy = new DatabaseProxy(server, url);
    server.on('connection', (client) => proxy.pair(client, Number(port), hostname));
    return proxy;
  }

  /** Every byte is lost, in both directions; connections stay. */
  swallow(): void {
    this.isSwallowing = true;
  }

  /** Connections are reset, and new ones refused. */
  refuse(): void {
    this.isRefusing = true;
    for (const pair of this.pairs) for (const socket of pair) socket.resetAndDestroy();
  }

  heal(): void {
    if (this.isSwallowing) for (const pair of this.pairs) for (const socket of pair) socket.destroy();
    this.isSwallowing = false;
    this.isRefusing = false;
  }

  stop(): void {
    this.refuse();
    this.server.close();
  }

  private pair(client: Socket, port: number, host: string): void {
    client.on('error', () => {});
    if (this.isRefusing) {
      client.resetAndDestroy();
      return;
    }
    const upstream = connect(port, host).on('error', () => {});
    const pair: [Socket, Socket] = [client, upstream];
    this.pairs.add(pair);
    for (const [from, to] of [pair, pair.toReversed()] as [Socket, Socket][]) {
      from.on('data', (bytes) => this.isSwallowing || to.write(bytes));
      from.on('close', () => {
        this.pairs.delete(pair);
        to.destroy();
      });
    }
    client.resume();
  }
}
