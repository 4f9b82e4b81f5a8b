import { HttpException } from '@nestjs/common';

const TITLES = { 401: 'Unauthorized', 403: 'Forbidden', 503: 'Service Unavailable' };

/**
 * Nest's own body for a status. It also has the marks by which Nest tells HTTP errors that another copy of
 * @nestjs/common made: two copies are common where a service and its packages name different versions.
 */
export function refusal(statusCode: keyof typeof TITLES, message: string, cause?: unknown): HttpException {
  const body = { statusCode, message, error: TITLES[statusCode] };
  return Object.assign(new HttpException(body, statusCode, { cause }), { statusCode, expose: true });
}
