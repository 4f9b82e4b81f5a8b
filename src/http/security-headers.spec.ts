import { fastify } from 'fastify';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { takeEach } from './entrance.js';
import { securityHeaders } from './security-headers.js';

const SECURE = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; base-uri 'none'; frame-ancestors 'none'; sandbox",
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'strict-transport-security': 'max-age=31536000; includeSubDomains',
  vary: 'Origin',
  'x-content-type-options': 'nosniff',
};

describe.each([
  ['as lines behind the status line', undefined],
  ['one by one, where Node offers no other way', null],
])('asvs 3.4.1 security headers, %s', (_, store) => {
  it.each([
    ['on an answer', '/', 200, {}],
    ['on a refusal', '/refused', 418, {}],
    ['where there is no route', '/nowhere', 404, {}],
    ['but for what a route has set itself', '/page', 200, { 'content-security-policy': "default-src 'self'" }],
  ])('stand %s, each once', async (__, path, status, own) => {
    const server = fastify({ genReqId: () => 'the-id' });
    takeEach(server, [securityHeaders(true, store)]);
    server.get('/', async () => ({}));
    server.get('/refused', (___, reply) => reply.status(418).send());
    server.get('/page', (___, reply) => reply.headers({ 'content-security-policy': "default-src 'self'" }).send({}));
    await server.listen({ port: 0, host: '127.0.0.1' });

    const answer = await fetch(`http://127.0.0.1:${(server.server.address() as AddressInfo).port}${path}`);
    await server.close();

    expect(answer.status).toBe(status);
    expect(Object.fromEntries(answer.headers)).toMatchObject({ ...SECURE, ...own, 'x-request-id': 'the-id' });
  });
});
