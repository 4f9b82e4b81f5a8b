import type { FastifyRequest } from 'fastify';
import { DomainError } from '../../errors/domain.error.js';
import type { ChangeStrategy } from '../../record/record-facts.js';
import { onlyValue, parametersOf } from './rested-address.js';

const MAX_PARAMETERS = 200;
const UNIQUE_ID = /^([\da-f]{8})([\da-f]{4})([\da-f]{4})([\da-f]{4})([\da-f]{12})$/i;
const STRATEGIES: Readonly<Record<string, ChangeStrategy>> = { force: 'replace', replace: 'replace', merge: 'merge' };

/**
 * What the query asks for. Flags count as `true` and as nothing else; a name given twice is refused, but for `uniqueId`;
 * names that mean nothing here are passed over. Refuses REQUEST_INVALID.
 */
export class RestedQuery {
  readonly isLogin: boolean;
  readonly isLogout: boolean;
  readonly isDataOnly: boolean;
  /** At login: the token goes into a header of the answer, and no cookie is set. */
  readonly isCookieUnwanted: boolean;
  readonly expression: string | undefined;
  private readonly parameters: URLSearchParams;

  constructor(request: Pick<FastifyRequest, 'url'>) {
    refuseUnreadable(request.url);
    this.parameters = parametersOf(request);
    this.isLogin = this.isTrue('login');
    this.isLogout = this.isTrue('logout');
    this.isDataOnly = this.isTrue('dataOnly');
    this.isCookieUnwanted = this.isTrue('noATCookie');
    this.expression = onlyValue(this.parameters, 'jsonata');
    if (this.isLogin && this.isLogout) throw invalid('A request logs in or logs out, not both.');
  }

  /** The ids asked for, each once. Refuses VALIDATION_FAILED for what is no id. */
  get ids(): string[] {
    return [...new Set(this.parameters.getAll('uniqueId').map(idOf))];
  }

  /** The one id that a change needs. Refuses VALIDATION_FAILED. */
  get id(): string {
    const id = onlyValue(this.parameters, 'uniqueId');
    if (id === undefined) throw badId('is missing');
    return idOf(id);
  }

  /** `force`, which is meant where nothing is said, and `replace` are one: the whole data gives way. */
  get strategy(): ChangeStrategy {
    const strategy = STRATEGIES[onlyValue(this.parameters, 'strategy') ?? 'force'];
    if (strategy) return strategy;
    throw new DomainError('VALIDATION_FAILED', 'strategy: must be force, merge or replace');
  }

  private isTrue(name: string): boolean {
    return onlyValue(this.parameters, name) === 'true';
  }
}

/** An id as this wire writes it: 32 hexadecimal digits. */
export function uniqueIdOf(id: string): string {
  return id.replaceAll('-', '');
}

function idOf(text: string): string {
  const [, ...parts] = UNIQUE_ID.exec(text) ?? [];
  if (parts.length === 0) throw badId('must be 32 hexadecimal digits');
  return parts.join('-').toLowerCase();
}

function badId(fault: string): DomainError {
  return new DomainError('VALIDATION_FAILED', `uniqueId: ${fault}`);
}

function refuseUnreadable(url: string): void {
  const query = url.slice(url.indexOf('?') + 1);
  if (query.split('&').length > MAX_PARAMETERS) throw invalid(`The query has more than ${MAX_PARAMETERS} parameters.`);
  try {
    decodeURIComponent(query);
  } catch {
    throw invalid('The query is not percent-encoded UTF-8.');
  }
}

function invalid(message: string): DomainError {
  return new DomainError('REQUEST_INVALID', message);
}
