import { describe, expect, it } from 'vitest';
import { DomainError } from './domain.error.js';
import { isStoreOutage, storeUnavailable } from './store-outage.js';

const withCode = (code: string, message = ''): Error => Object.assign(new Error(message), { code });

describe('isStoreOutage is true where nothing is known, and asking again may help', () => {
  it.each([
    ['08006', 'connection failure'],
    ['08P01', 'protocol violation'],
    ['53300', 'too many connections'],
    ['53200', 'out of memory'],
    ['57014', 'cancelled for taking too long'],
    ['57P01', 'shut down by an administrator'],
    ['57P03', 'starting up'],
    ['25006', 'a read-only standby'],
    ['40001', 'serialization failure'],
    ['40P01', 'deadlock'],
    ['55P03', 'a lock that was not to be had'],
  ])('SQL state %s: %s', (code) => {
    expect(isStoreOutage(withCode(code))).toBe(true);
  });

  it.each(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENOENT'])(
    'system error %s',
    (code) => {
      expect(isStoreOutage(withCode(code))).toBe(true);
    },
  );

  it.each([
    'Connection terminated unexpectedly',
    'Connection terminated due to connection timeout',
    'Client was closed and is not queryable',
    'Client has encountered a connection error and is not queryable',
    'timeout exceeded when trying to connect',
    'timeout expired',
    'Query read timeout',
    'Cannot use a pool after calling end on the pool',
  ])('driver message %j', (message) => {
    expect(isStoreOutage(new Error(message))).toBe(true);
  });

  it('wrapped by TypeORM, or one of several addresses', () => {
    const wrapped = Object.assign(new Error('insert failed'), { driverError: withCode('57P01') });

    expect(isStoreOutage(wrapped)).toBe(true);
    expect(isStoreOutage(new AggregateError([withCode('EINVAL'), withCode('ECONNREFUSED')]))).toBe(true);
  });
});

describe('isStoreOutage is false where the store has answered, or was not asked', () => {
  it.each([
    ['23505', 'a unique violation'],
    ['23502', 'a null where none may be'],
    ['22P02', 'text that is no uuid'],
    ['42P01', 'a table that is not there'],
    ['28P01', 'a wrong password'],
    ['0A000', 'something not supported'],
  ])('SQL state %s: %s', (code) => {
    expect(isStoreOutage(withCode(code, 'Connection terminated'))).toBe(false);
  });

  it.each([
    new TypeError('undefined is not a function'),
    new Error('a text that mentions: Connection terminated'),
    new AggregateError([new Error('one'), new TypeError('two')]),
    Object.assign(new Error('insert failed'), { driverError: withCode('23505') }),
    'ECONNREFUSED',
    { code: 'ECONNREFUSED' },
    null,
    undefined,
  ])('%o', (error) => {
    expect(isStoreOutage(error)).toBe(false);
  });
});

it('P3 storeUnavailable keeps its cause for the log and says when to ask again', () => {
  const cause = withCode('ECONNREFUSED');

  const refusal = storeUnavailable(cause);

  expect(refusal).toBeInstanceOf(DomainError);
  expect([refusal.code, refusal.details.retryAfterSeconds, refusal.cause]).toEqual(['STORE_UNAVAILABLE', 1, cause]);
  expect(refusal.message).not.toContain('ECONNREFUSED');
});
