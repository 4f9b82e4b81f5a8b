import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { IncomingMessage } from 'node:http';
import { DomainError } from '../errors/domain.error.js';
import { parseStrictJson, unreadable } from './strict-json.js';

/** A body as it came, for a wire that reads it by rules of its own. */
export interface RawBody {
  contentType: string;
  bytes: Buffer;
}

/** Route configuration of a wire that wants the RawBody. */
export const RAW_BODY = { isBodyRaw: true } as const;

/** Route configuration of a route for which a body means nothing, whatever its type: what comes along is dropped. */
export const IGNORED_BODY = { isBodyIgnored: true } as const;
/** Extension by which the OpenAPI document learns the same. */
export const IGNORES_BODY = 'x-ignores-body';
/** Route configuration of one of our own that takes a body of up to 64 KiB. */
export const LARGE_BODY = { isBodyLarge: true } as const;

/** Route configuration of one of our own that reads its body line by line, however long it is; see `BodyLines`. */
export const STREAMED_BODY = { isBodyStreamed: true } as const;

// One normalised content type, and nothing that a lenient parser could read in two ways (RFC 9110 §8.3.1).
const JSON_TYPE = /^application\/json(?:; ?charset="?utf-8"?)?$/i;
const LINES_TYPE = /^application\/x-ndjson(?:; ?charset="?utf-8"?)?$/i;
const MULTIPART_TYPE = /^multipart\/form-data\b/i;
const MULTIPART_LIMIT = 65_536;
const LIMIT = 16_384;

/** Our own routes read JSON and nothing else; a wire whose clients send more gets the bytes. */
export function readBodies(fastify: FastifyInstance): void {
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser(
    '*',
    { parseAs: 'buffer', bodyLimit: MULTIPART_LIMIT },
    (request: FastifyRequest, bytes: Buffer, done) => {
      try {
        done(null, bodyOf(request, bytes));
      } catch (refusal) {
        done(refusal as Error);
      }
    },
  );
  fastify.addContentTypeParser('application/x-ndjson', async (request: FastifyRequest, payload: IncomingMessage) => {
    const { isBodyStreamed } = request.routeOptions.config as Partial<typeof STREAMED_BODY>;
    if (!isBodyStreamed || request.is404) return bodyOf(request, await gathered(payload));
    refuseCompressed(request);
    if (!LINES_TYPE.test(request.headers['content-type'] ?? '')) throw noLines();
    return payload;
  });
}

async function gathered(payload: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of payload) {
    length += chunk.length;
    if (length > MULTIPART_LIMIT) throw new DomainError('BODY_TOO_LARGE', 'The body is too large.');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function refuseCompressed({ headers }: FastifyRequest): void {
  if (headers['content-encoding'] !== undefined)
    throw new DomainError('MEDIA_TYPE_UNSUPPORTED', 'Compressed bodies are not read.');
}

/** What whoever sends something else than lines is told. */
export function noLines(): DomainError {
  return new DomainError('MEDIA_TYPE_UNSUPPORTED', 'Send the body as application/x-ndjson in UTF-8.');
}

function bodyOf(request: FastifyRequest, bytes: Buffer): unknown {
  const config = request.routeOptions.config as Partial<typeof RAW_BODY & typeof IGNORED_BODY & typeof LARGE_BODY>;
  // Whatever stands in it, nobody is there to read it.
  if (request.is404 || config.isBodyIgnored) return undefined;
  const contentType = request.headers['content-type'] ?? '';
  refuseCompressed(request);
  if ((config as Partial<typeof STREAMED_BODY>).isBodyStreamed) throw noLines();
  const { isBodyRaw: isRaw = false, isBodyLarge = false } = config;
  if (!isRaw && !JSON_TYPE.test(contentType))
    throw new DomainError('MEDIA_TYPE_UNSUPPORTED', 'Send the body as application/json in UTF-8.');
  if (bytes.length > LIMIT && !isBodyLarge && !(isRaw && MULTIPART_TYPE.test(contentType)))
    throw new DomainError('BODY_TOO_LARGE', `The body is larger than ${LIMIT} bytes.`);
  return isRaw ? ({ contentType, bytes } satisfies RawBody) : objectIn(bytes);
}

// Nest's pipe would take `null` for no body at all.
function objectIn(bytes: Buffer): object {
  const value = parseStrictJson(bytes);
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw unreadable('The body is not a JSON object.');
  return value;
}
