import { expect, it } from 'vitest';
import { clientFamilies, clientWords } from './user-agent.js';

const CHROME = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36';

it.each([
  [CHROME, ['Chrome 156', 'Linux'], ['Chrome', 'Linux']],
  ['curl/8.5.0', ['curl 8.5.0', null], ['curl', null]],
  ['Mozilla/5.0', [null, null], [null, null]],
  [null, [null, null], [null, null]],
])('%s', (userAgent, words, families) => {
  expect(Object.values(clientWords(userAgent))).toEqual(words);
  expect(Object.values(clientFamilies(userAgent))).toEqual(families);
});
