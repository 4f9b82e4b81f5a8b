import type { LoggedIn, TestServer } from '../server.js';

/** Whoever administers; logged in again where one of their requests has ended their session. */
export class Caller {
  private known: LoggedIn | undefined;

  constructor(
    private readonly server: TestServer,
    private readonly credentials: object,
  ) {}

  async token(): Promise<string> {
    if (this.known && (await this.server.statusOfSession(this.known.token)) !== 200) this.known = undefined;
    this.known ??= await this.server.logInAs(this.credentials);
    return this.known.token;
  }
}
