import { describe, expect, it } from 'vitest';
import { RedirectRule } from './redirect-rule.js';

const rule = new RedirectRule('https://own.test');
const LISTED = ['https://us.test', 'https://port.test:8443', 'https://whole.test/Bye?a=b', 'http://plain.test/bye'];

describe('a place of our own', () => {
  it.each([
    ['/', '/'],
    ['/bye', '/bye'],
    ['/bye?a=%2Fb#c', '/bye?a=%2Fb#c'],
    ['/a/../b', '/b'],
    ['bye.html', '/bye.html'],
    ['?x', '/?x'],
    ['../bye', '/bye'],
    ['/a:b', '/a:b'],
    ['/bye?next=https://e.example', '/bye?next=https://e.example'],
  ])('%s is %s', (text, path) => {
    expect(rule.pathOf(text)).toBe(path);
  });

  it.each([
    '',
    '//e',
    '/\\e',
    '/a\\b',
    '/a b',
    '/ä',
    '/..//e',
    '/.//e',
    'a:b',
    'https://own.test/',
    '#a',
    '/%2f',
    '/%250a',
  ])('%j is none', (text) => {
    expect(rule.pathOf(text)).toBeUndefined();
  });
});

describe('asvs 3.7.2 an absolute place', () => {
  it.each([
    ['our own origin', 'https://own.test/bye?x', 'https://own.test/bye?x'],
    ['a path under a registered origin', 'https://us.test/any?a#b', 'https://us.test/any?a#b'],
    ['the same in capital letters', 'HTTPS://US.TEST/Any', 'https://us.test/Any'],
    ['the same with the port that goes without saying', 'https://us.test:443/', 'https://us.test/'],
    ['a registered origin with a port', 'https://port.test:8443/a', 'https://port.test:8443/a'],
    ['a registered URL', 'https://whole.test/Bye?a=b', 'https://whole.test/Bye?a=b'],
    ['a registered URL without TLS', 'http://plain.test/bye', 'http://plain.test/bye'],
  ])('%s', (_, text, target) => {
    expect(rule.targetOf(text, LISTED)).toBe(target);
  });

  it.each([
    ['another port than the registered', 'https://port.test/'],
    ['another path than the registered', 'https://whole.test/'],
    ['a registered origin without TLS', 'http://us.test/'],
    ['our own origin without TLS', 'http://own.test/'],
    ['our own origin, and a path that begins with two slashes', 'https://own.test//e.example'],
    ['a host that is percent-encoded', 'https://u%73.test/'],
    ['a blob of our own', 'blob:https://own.test/x'],
    ['a port that is none', 'https://us.test:99999/'],
  ])('not %s', (_, text) => {
    expect(rule.targetOf(text, LISTED)).toBeUndefined();
  });

  it('a registered URL that the rule itself would not let pass is none', () => {
    expect(rule.targetOf('javascript:alert(1)', ['javascript:alert(1)'])).toBeUndefined();
    expect(rule.targetOf('https://us@e.example/', ['https://us@e.example/'])).toBeUndefined();
  });

  it('anywhere, where * is registered, by http and https and without user information', () => {
    const anywhere = (text: string) => rule.targetOf(text, ['*']);

    expect([anywhere('https://e.example/a'), anywhere('http://e.example')]).toEqual([
      'https://e.example/a',
      'http://e.example/',
    ]);
    expect(
      ['//e.example', 'https://a@e.example', 'javascript:alert(1)', 'ftp://e.example', 'https:e.example'].map(anywhere),
    ).toEqual(Array.from({ length: 5 }));
  });
});
