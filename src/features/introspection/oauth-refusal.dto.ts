/** A refusal on the OAuth routes (RFC 6749 §5.2). */
export class OAuthRefusal {
  /** Stable: decide by this one. @example 'invalid_client' */
  error!: string;
  /** For people. @example 'No live service key. An administrator makes one at /api/v1/admin/service-keys.' */
  error_description!: string;
}
