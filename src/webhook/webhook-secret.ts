import { createHmac, randomBytes } from 'node:crypto';

const PREFIX = 'whsec_';
const SHAPE = /^whsec_(?:[A-Za-z\d+/]{4})*(?:[A-Za-z\d+/]{2}==|[A-Za-z\d+/]{3}=)?$/;
const FRESH_BYTES = 32;
// Standard Webhooks: between 24 and 64 bytes.
const MIN_BYTES = 24;
const MAX_BYTES = 64;

/** A fresh secret: `whsec_` and base64 of 32 random bytes. */
export function freshSecret(): string {
  return PREFIX + randomBytes(FRESH_BYTES).toString('base64');
}

/** True for `whsec_` and padded base64 of 24 to 64 bytes. */
export function isSecret(text: unknown): text is string {
  if (typeof text !== 'string' || text.length > 100 || !SHAPE.test(text)) return false;
  const { length } = bytesOf(text);
  return length >= MIN_BYTES && length <= MAX_BYTES;
}

/** What is signed: id and timestamp (seconds) of this attempt, and the body byte for byte. */
export interface Signed {
  readonly id: string;
  readonly timestamp: string;
  readonly body: string;
}

/** `webhook-signature` after Standard Webhooks 1.0: a signature for each secret, separated by spaces. */
export function signatureOf({ id, timestamp, body }: Signed, secrets: readonly string[]): string {
  return secrets
    .map((secret) => createHmac('sha256', bytesOf(secret)).update(`${id}.${timestamp}.${body}`).digest('base64'))
    .map((signature) => `v1,${signature}`)
    .join(' ');
}

function bytesOf(secret: string): Buffer {
  return Buffer.from(secret.slice(PREFIX.length), 'base64');
}
