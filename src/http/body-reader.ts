import type { FastifyInstance, FastifyRequest } from 'fastify';
import { DomainError } from '../errors/domain.error.js';
import { parseStrictJson } from './strict-json.js';

/** A body as it came, for a wire that reads it by rules of its own. */
export interface RawBody {
  contentType: string;
  bytes: Buffer;
}

/** Route configuration of a wire that wants the RawBody. */
export const RAW_BODY = { isBodyRaw: true } as const;

// One normalised content type, and nothing that a lenient parser could read in two ways (RFC 9110 §8.3.1).
const JSON_TYPE = /^application\/json(?:; ?charset="?utf-8"?)?$/i;
const RAW_LIMIT = 65_536;
const JSON_LIMIT = 16_384;

/** Our own routes read JSON and nothing else; a wire whose clients send more gets the bytes. */
export function readBodies(fastify: FastifyInstance): void {
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser(
    '*',
    { parseAs: 'buffer', bodyLimit: RAW_LIMIT },
    (request: FastifyRequest, bytes: Buffer, done) => {
      try {
        done(null, bodyOf(request, bytes));
      } catch (refusal) {
        done(refusal as Error);
      }
    },
  );
}

function bodyOf(request: FastifyRequest, bytes: Buffer): unknown {
  const contentType = request.headers['content-type'] ?? '';
  if (request.headers['content-encoding'] !== undefined)
    throw new DomainError('MEDIA_TYPE_UNSUPPORTED', 'Compressed bodies are not read.');
  if ((request.routeOptions.config as Partial<typeof RAW_BODY>).isBodyRaw)
    return { contentType, bytes } satisfies RawBody;
  if (!JSON_TYPE.test(contentType))
    throw new DomainError('MEDIA_TYPE_UNSUPPORTED', 'Send the body as application/json in UTF-8.');
  if (bytes.length > JSON_LIMIT)
    throw new DomainError('BODY_TOO_LARGE', `The body is larger than ${JSON_LIMIT} bytes.`);
  return parseStrictJson(bytes);
}
