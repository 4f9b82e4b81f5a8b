import { expect, it } from 'vitest';
import { ElvisParameters } from './elvis-parameters.js';

const FORM = 'application/x-www-form-urlencoded';
const asked = (query: string, form = ''): Promise<ElvisParameters> =>
  ElvisParameters.of({ url: `/services/login?${query}`, body: { contentType: FORM, bytes: Buffer.from(form) } });
const codeOf = (parameters: ElvisParameters): string => {
  try {
    return parameters.get('a') ?? 'none';
  } catch (refusal) {
    return (refusal as { code: string }).code;
  }
};

it('line breaks around names and values are taken away, those within stay', async () => {
  const parameters = await asked('%0D%0A%09+a+%0A=%0Ab%0Ac%0D%0A');

  expect(parameters.get('a')).toBe('b\nc');
});

it.each([
  ['200 in the query', 'a=1' + '&b'.repeat(199), '', '1'],
  ['201 in the query', 'a=1' + '&b'.repeat(200), '', 'REQUEST_INVALID'],
  ['200 in the form', '', 'a=1' + '&b'.repeat(199), '1'],
  ['201 in the form', '', 'a=1' + '&b'.repeat(200), 'BODY_UNREADABLE'],
  ['201 in both', 'a=1' + '&b'.repeat(99), 'b' + '&b'.repeat(100), 'BODY_UNREADABLE'],
])('%s', async (_, query, form, expected) => {
  expect(codeOf(await asked(query, form))).toBe(expected);
});

it('16 KiB of line breaks within a value take no time', async () => {
  const startedAt = performance.now();

  const parameters = await asked('', `a=b${'\n'.repeat(16_000)}c&d${'\t'.repeat(16_000)}e=f`);

  expect(parameters.find('a')).toHaveLength(16_002);
  expect(performance.now() - startedAt).toBeLessThan(200);
});
