/** RFC 8414 §2. */
export class MetadataAnswer {
  /** @example 'https://sessions.example.org' */
  issuer!: string;
  /** @example 'https://sessions.example.org/oauth2/introspect' */
  introspection_endpoint!: string;
  /** @example ['client_secret_basic', 'Bearer'] */
  introspection_endpoint_auth_methods_supported!: string[];
  /** @example 'https://sessions.example.org/oauth2/revoke' */
  revocation_endpoint!: string;
  /** @example ['client_secret_basic', 'none'] */
  revocation_endpoint_auth_methods_supported!: string[];
  /** @example [] */
  response_types_supported!: string[];
  /** @example [] */
  grant_types_supported!: string[];
  /** @example 'https://sessions.example.org/docs' */
  service_documentation!: string;
  /** Where answers can be signed. @example 'https://sessions.example.org/.well-known/jwks.json' */
  jwks_uri?: string;
  /** Where answers can be signed. @example ['RS256'] */
  introspection_signing_alg_values_supported?: string[];
}

/** One public key, RFC 7517 §4. */
export class PublicKey {
  /** @example 'RSA' */
  kty!: string;
  /** @example 'RS256' */
  alg!: string;
  /** @example 'sig' */
  use!: string;
  /** @example 'NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs' */
  kid!: string;
  /** @example 'AQAB' */
  e!: string;
  /** The modulus, base64url. @example 'sXchDaQebSXKcvLOxQZ…' */
  n!: string;
}

export class KeysAnswer {
  keys!: PublicKey[];
}
