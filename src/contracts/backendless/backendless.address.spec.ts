import type { IncomingMessage } from 'node:http';
import { describe, expect, it } from 'vitest';
import { idOf, oneForm, ownsPath } from './backendless.address.js';

const ID = '019AA3F2-0000-7D3A-9B1F-2F4C5D6E7F80';
const KEY = 'B1946AC9-2492-4D23-8F5B-0C6A1E1B5D0F';
const TOKEN = `cfs_${'A'.repeat(86)}`;
const lead = (url: string, headers: Record<string, string> = {}): string =>
  oneForm({ headers } as unknown as IncomingMessage, url);

describe('one path for all forms of an address', () => {
  it.each([
    [`/${ID}/${KEY}/users/login`, '/api/users/login'],
    [`/${ID}/${KEY}/data/Users/${ID}?loadRelations=a/b`, `/api/data/Users/${ID}?loadRelations=a/b`],
    [`/${ID}/${KEY}/info`, '/api/info'],
    [`/${ID}/${KEY}/info?x=1`, '/api/info?x=1'],
    [`/nothing/${KEY}/log`, '/api/log'],
    [`/${ID}/${KEY}/users/isvalidusertoken/${TOKEN}`, `/api/users/isvalidusertoken/${TOKEN}`],
    ['/api/users/isvalidusertoken/%zz?a=%', '/api/users/isvalidusertoken/-?a=%'],
    ['/api/users/isvalidusertoken/', '/api/users/isvalidusertoken/-'],
  ])('%s is led to %s', (url, path) => {
    expect(lead(url)).toBe(path);
  });

  it.each(['application-id', 'access-control-request-headers'])('the header form is known by the header %s', (name) => {
    expect(lead('/v1/users/login', { [name]: 'Application-Id' })).toBe('/api/users/login');
  });

  it.each([
    '/api/users/login',
    '/api/v1/users/login',
    '/api/v1/info',
    '/v1/users/login',
    '/v1/x/users/login',
    '/iapi/v1/users/login',
    '/docs/json/users',
    '/health/live/info',
    '/services/x/users/login',
    `/${ID}/${KEY}/binary`,
    `/${ID}/${KEY}/usersx`,
    `/${ID}/${KEY}/v1/auth/session`,
    `//${KEY}/users/login`,
    '/',
  ])('%s stays as it is', (url) => {
    expect(lead(url)).toBe(url);
  });
});

describe('whose path it is', () => {
  it.each(['/api/users', '/api/users/nothing', '/api/info', `/${ID}`, `/${ID.toLowerCase()}/x/files`])(
    '%s: ours',
    (path) => {
      expect(ownsPath(path)).toBe(true);
    },
  );

  it.each(['/api/v1/users', '/api/usersx', '/api', '/v1/login', '/', `/${ID}x`, `/x/${ID}`])('%s: not ours', (path) => {
    expect(ownsPath(path)).toBe(false);
  });
});

it('an id has no case', () => {
  expect([idOf(ID), idOf(ID.toLowerCase()), idOf('x'), idOf(7), idOf(undefined), idOf(`${ID}\n`)]).toEqual([
    ID.toLowerCase(),
    ID.toLowerCase(),
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
});
