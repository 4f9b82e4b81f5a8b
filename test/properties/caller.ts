import type { TestServer } from '../server.js';

/** Whoever asks; logged in again where one of their requests has ended their session. */
export class Caller {
  private known: string | undefined;

  constructor(
    private readonly server: TestServer,
    private readonly logIn: () => Promise<string>,
  ) {}

  /** One who administers. */
  static of(server: TestServer, credentials: object): Caller {
    return new Caller(server, async () => (await server.logInAs(credentials)).token);
  }

  /** A live token: whichever contract issued it, our own routes know it. */
  async token(): Promise<string> {
    if (this.known !== undefined && (await this.server.statusOfSession(this.known)) !== 200) this.known = undefined;
    this.known ??= await this.logIn();
    return this.known;
  }
}
