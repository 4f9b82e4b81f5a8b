import { expect, it } from 'vitest';
import { isOpenToReaders } from './plain-connection.js';

it.each([
  ['to another machine', { remoteAddress: '10.0.0.5' }, true],
  ['to another machine over IPv6', { remoteAddress: 'fd00::5' }, true],
  ['to another machine, under TLS', { remoteAddress: '10.0.0.5', encrypted: true }, false],
  ['to this machine', { remoteAddress: '127.0.0.1' }, false],
  ['to this machine over IPv6', { remoteAddress: '::1' }, false],
  ['to this machine, as IPv6 writes IPv4', { remoteAddress: '::ffff:127.0.0.1' }, false],
  ['through a file', {}, false],
])('asvs 12.3.1 a connection %s: %o is open to readers: %s', (_, way, isOpen) => {
  expect(isOpenToReaders(way)).toBe(isOpen);
});
