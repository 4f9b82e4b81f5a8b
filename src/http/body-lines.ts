import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Readable } from 'node:stream';
import { DomainError } from '../errors/domain.error.js';
import { noLines } from './body-reader.js';
import { renewDeadline } from './deadlines.js';
import { unreadable } from './strict-json.js';

const LINE_LIMIT = 16_384;
/** How long a client may rest between two pieces, beside what every request may take. */
const REST_MS = 22_000;
const WHOLE_MS = 1_800_000;
const LINE_FEED = 0x0a;

/** One line of a body, counted from 1. */
export interface BodyLine {
  number: number;
  /** Undefined where it is longer than 16,384 bytes. */
  bytes: Buffer | undefined;
}

/**
 * Hands the lines of the body to a handler, which reads them as fast as it can use them: constant memory, whatever the length.
 * Needs `@RouteConfig(STREAMED_BODY)`. Empty lines are counted and left out. Refuses MEDIA_TYPE_UNSUPPORTED; while they
 * are read BODY_UNREADABLE where the body breaks off, and OVERLOADED after half an hour.
 */
export const BodyLines = createParamDecorator((_: unknown, context: ExecutionContext): AsyncGenerator<BodyLine> => {
  const request = context.switchToHttp().getRequest<FastifyRequest>();
  if (!(request.body instanceof Readable)) throw noLines();
  return linesOf(patiently(request, request.body));
});

/** The lines of some bytes. */
export async function* linesOf(pieces: AsyncIterable<Buffer>): AsyncGenerator<BodyLine> {
  let number = 0;
  let rest: Buffer[] = [];
  let length = 0;
  const finished = (last: Buffer): BodyLine => {
    const isTooLong = length + last.length > LINE_LIMIT;
    const line = { number: ++number, bytes: isTooLong ? undefined : Buffer.concat([...rest, last]) };
    [rest, length] = [[], 0];
    return line;
  };
  for await (const piece of pieces) {
    let from = 0;
    for (let to = piece.indexOf(LINE_FEED); to >= 0; to = piece.indexOf(LINE_FEED, from)) {
      const line = finished(piece.subarray(from, to));
      if (!isEmpty(line)) yield line;
      from = to + 1;
    }
    length += piece.length - from;
    // What cannot be used is not kept.
    if (length <= LINE_LIMIT) rest.push(piece.subarray(from));
    else rest = [];
  }
  const last = finished(Buffer.alloc(0));
  if (!isEmpty(last)) yield last;
}

async function* patiently(request: FastifyRequest, body: Readable): AsyncGenerator<Buffer> {
  const until = performance.now() + WHOLE_MS;
  try {
    for await (const piece of body) {
      if (performance.now() > until) throw tooLong();
      renewDeadline(request, REST_MS);
      yield piece as Buffer;
    }
  } catch (error) {
    throw error instanceof DomainError ? error : unreadable('The body broke off.');
  }
}

function isEmpty({ bytes }: BodyLine): boolean {
  return bytes !== undefined && (bytes.length === 0 || (bytes.length === 1 && bytes[0] === 0x0d));
}

function tooLong(): DomainError {
  return new DomainError('OVERLOADED', 'This took longer than half an hour and was given up. Send the rest again.', {
    retryAfterSeconds: 1,
  });
}
