import type { IntrospectionSigner } from './introspection-signer.js';

/** Who answers: this server's origin, and what it signs with where it has a key. */
export class Issuer {
  constructor(
    readonly url: string,
    readonly signer?: IntrospectionSigner,
  ) {}
}
