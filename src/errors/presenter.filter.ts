import { Catch, HttpException, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { DomainError, type ErrorCode } from './domain.error.js';
import { isStoreOutage, storeUnavailable } from './store-outage.js';

/** How one contract shows one refusal. */
export interface Face {
  status: number;
  headers?: Record<string, string>;
  contentType?: string;
  body: unknown;
}

const CODE_OF_STATUS: Record<number, ErrorCode> = {
  401: 'SESSION_UNKNOWN',
  403: 'FORBIDDEN',
  404: 'NOT_FOUND',
  405: 'METHOD_NOT_ALLOWED',
  413: 'BODY_TOO_LARGE',
  415: 'MEDIA_TYPE_UNSUPPORTED',
  503: 'OVERLOADED',
};

/** What the framework found, in our words: its own may repeat the URL, in which some wires carry keys and passwords. */
const MESSAGE_OF_FRAMEWORK: Record<string, string> = {
  FST_ERR_BAD_URL: 'The path is not percent-encoded UTF-8.',
  FST_ERR_MAX_PARAM_LENGTH: 'A part of the path is too long.',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'The content type cannot be read.',
  FST_ERR_CTP_BODY_TOO_LARGE: 'The body is too large.',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'The body is not as long as it says.',
  FST_ERR_REQ_INVALID_HEADERS: 'A header cannot be read.',
};
const MESSAGE_OF_CODE: Partial<Record<ErrorCode, string>> = {
  BODY_TOO_LARGE: 'The body is too large.',
  FORBIDDEN: 'This is not allowed.',
  MEDIA_TYPE_UNSUPPORTED: 'The content type cannot be read.',
  METHOD_NOT_ALLOWED: 'This method is not among those of the path.',
  NOT_FOUND: 'There is nothing here.',
  OVERLOADED: 'Too much is waiting already. Try again shortly.',
  SESSION_UNKNOWN: 'No live session. Log in.',
};

function messageOf(thrown: unknown, code: ErrorCode): string {
  const { code: name } = thrown as { code?: unknown };
  const known = typeof name === 'string' ? MESSAGE_OF_FRAMEWORK[name] : undefined;
  return known ?? MESSAGE_OF_CODE[code] ?? 'The request cannot be understood.';
}

/** Names whatever was thrown; the unforeseen is INTERNAL and keeps its cause for the log. */
function refusalOf(thrown: unknown): DomainError {
  if (thrown instanceof DomainError) return thrown;
  if (isStoreOutage(thrown)) return storeUnavailable(thrown);
  const status =
    thrown instanceof HttpException ? thrown.getStatus() : (thrown as { statusCode?: unknown } | null)?.statusCode;
  if (typeof status === 'number' && status >= 400 && (status < 500 || status === 503)) {
    const code = CODE_OF_STATUS[status] ?? 'REQUEST_INVALID';
    return new DomainError(code, messageOf(thrown, code), { retryAfterSeconds: 1 });
  }
  return new DomainError('INTERNAL', 'Something went wrong on our side. The request id finds it in the log.', {
    cause: thrown,
  });
}

/** The one edge where a refusal gets its face. A contract extends it with a table from code to face. */
@Catch()
export abstract class PresenterFilter implements ExceptionFilter {
  abstract face(refusal: DomainError, request: FastifyRequest): Face;

  catch(thrown: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    this.send(thrown, http.getRequest<FastifyRequest>(), http.getResponse<FastifyReply>());
  }

  send(thrown: unknown, request: FastifyRequest, reply: FastifyReply): void {
    if (reply.sent) return;
    const refusal = refusalOf(thrown);
    request.refusal = refusal;
    const { status, headers, contentType, body } = this.face(refusal, request);
    // Each of these says when to come again; whoever refuses knows it better.
    if (status === 429 || status === 503)
      void reply.header('retry-after', String(refusal.details.retryAfterSeconds ?? 1));
    if (refusal.details.allowedMethods) void reply.header('allow', refusal.details.allowedMethods.join(', '));
    if (headers) void reply.headers(headers);
    void reply
      .status(status)
      .type(contentType ?? 'application/json; charset=utf-8')
      .send(body);
  }
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Why this request was refused, for the log and the metrics. */
    refusal: DomainError | undefined;
  }
}
