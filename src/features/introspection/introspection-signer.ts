import { calculateJwkThumbprint, exportJWK, importPKCS8, SignJWT, type CryptoKey, type JWK } from 'jose';
import { createPublicKey } from 'node:crypto';
import Negotiator from 'negotiator';
import type { Introspection } from './introspection.dto.js';

/** Media type of a signed answer (RFC 9701 §4). */
export const SIGNED_TYPE = 'application/token-introspection+jwt';
export const ALGORITHM = 'RS256';
const PEM = /-----BEGIN PRIVATE KEY-----[\s\S]+?-----END PRIVATE KEY-----/g;
const LEAST_BITS = 2_048;

interface SigningKey {
  readonly privateKey: CryptoKey;
  readonly publicKey: JWK & { kid: string };
}

/**
 * Signs answers for callers that ask for it (RFC 9701). The first key of a file signs; all of them are published, so that
 * a new one can be put in front while answers signed with the old one are still about.
 */
export class IntrospectionSigner {
  private constructor(private readonly keys: readonly [SigningKey, ...SigningKey[]]) {}

  /** From RSA keys of at least 2,048 bits, in PKCS #8 and PEM. Throws an Error that says what is wrong, without the key. */
  static async of(pem: string): Promise<IntrospectionSigner> {
    const [first, ...others] = await Promise.all((pem.match(PEM) ?? []).map(signingKey));
    if (!first) throw new Error('holds no key that begins with -----BEGIN PRIVATE KEY-----');
    return new IntrospectionSigner([first, ...others]);
  }

  /** The public halves, for `/.well-known/jwks.json` (RFC 7517 §5). */
  get publicKeys(): JWK[] {
    return this.keys.map(({ publicKey }) => publicKey);
  }

  /** Whether a caller would rather have a signed answer than a plain one; equal wishes are answered in their order. */
  isWanted(accept: string | undefined): boolean {
    if (accept === undefined || !accept.includes(SIGNED_TYPE)) return false;
    const [preferred] = new Negotiator({ headers: { accept } }).mediaTypes([SIGNED_TYPE, 'application/json']);
    return preferred === SIGNED_TYPE;
  }

  /** Claims as in RFC 9701 §5: the caller as audience, and neither `sub` nor `exp` on top. */
  async sign(answer: Introspection, issuer: string, audience: string): Promise<string> {
    const [{ privateKey, publicKey }] = this.keys;
    return new SignJWT({ token_introspection: answer })
      .setProtectedHeader({ alg: ALGORITHM, typ: 'token-introspection+jwt', kid: publicKey.kid })
      .setIssuer(issuer)
      .setAudience(audience)
      .setIssuedAt()
      .sign(privateKey);
  }
}

async function signingKey(pem: string): Promise<SigningKey> {
  const key = createPublicKey(pem);
  const { modulusLength = 0 } = key.asymmetricKeyDetails ?? {};
  if (key.asymmetricKeyType !== 'rsa' || modulusLength < LEAST_BITS)
    throw new Error(`holds a key that is not RSA of at least ${LEAST_BITS} bits`);
  const jwk = await exportJWK(key);
  const kid = await calculateJwkThumbprint(jwk);
  return { privateKey: await importPKCS8(pem, ALGORITHM), publicKey: { ...jwk, kid, alg: ALGORITHM, use: 'sig' } };
}
