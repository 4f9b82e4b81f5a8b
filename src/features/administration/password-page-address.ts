/** Where people choose their password: our page, or one of the operator's. */
export class PasswordPageAddress {
  constructor(private readonly address: string) {}

  /** The link for a code. It stands in the fragment, so that no server, log or referrer ever holds it. */
  linkFor(code: string): string {
    return `${this.address}#${code}`;
  }
}
