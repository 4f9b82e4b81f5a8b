import { expect, it } from 'vitest';
import { headerSafe } from './identity-headers.js';

it.each([
  ['alice@example.org', 'alice@example.org'],
  ['Alice "A" O’Hara', 'Alice "A" O%E2%80%99Hara'],
  ['100%', '100%25'],
  ['a,b', 'a%2Cb'],
  [' a b ', '%20a b%20'],
  [' ', '%20'],
  ['a\r\nX-Auth-Roles: admin', 'a%0D%0AX-Auth-Roles: admin'],
  ['tab\tnul\0del\u007f', 'tab%09nul%00del%7F'],
  ['\u202eevil', '%E2%80%AEevil'],
  ['嘊嘍', '%E5%98%8A%E5%98%8D'],
  ['😀', '%F0%9F%98%80'],
  ['', ''],
])('%j is %j in a header, and comes back', (text, header) => {
  expect([headerSafe(text), decodeURIComponent(headerSafe(text))]).toEqual([header, text]);
});
