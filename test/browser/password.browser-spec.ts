import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { BuiltServer } from './built-server.js';
import { launchChromium } from './chromium.js';

const FRESH = 'seven silent owls at midnight';

let server: BuiltServer | undefined;
let browser: Browser | undefined;
let page: Page;
let errors: string[];
let asked: string[];

beforeAll(async () => {
  server = await BuiltServer.start();
  browser = await launchChromium();
});
afterAll(async () => {
  await browser?.close();
  await server?.stop();
});
beforeEach(async () => {
  page = await (await browser!.newContext()).newPage();
  watch();
});
afterEach(() => page.context().close());

function watch(): void {
  [errors, asked] = [[], []];
  page.on('pageerror', (error) => errors.push(error.message));
  page.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
  page.on('request', (request) => asked.push(`${request.method()} ${request.url().replace(server!.url, '')}`));
}

const wordsOf = () => page.locator('#words').textContent();
const logInStatus = async (login: string) =>
  (
    await fetch(`${server!.url}/api/v1/auth/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ login, password: FRESH }),
    })
  ).status;

it('takes the code out of the link, refuses a weak password in words, and sets a good one', async () => {
  const link = await server!.makeLink('linked@example.test');

  await page.goto(link);
  expect([page.url(), await page.locator('#code').isVisible()]).toEqual([`${server!.url}/password`, false]);
  await page.fill('#new-password', 'iloveyou');
  await page.click('button');
  await expect.poll(wordsOf).toContain('one of the most common passwords');
  errors = errors.filter((text) => !text.includes('400'));
  await page.fill('#new-password', FRESH);
  await page.keyboard.press('Enter');
  await expect.poll(() => page.title()).toBe('Your password is set');

  expect(await wordsOf()).toContain('log in with it');
  expect(await page.locator('form').isVisible()).toBe(false);
  expect(errors).toEqual([]);
  expect(asked.join('\n')).not.toContain('cfl_');
  expect(await logInStatus('linked@example.test')).toBe(200);
});

it('without script, by pasting the code', async () => {
  const [, code = ''] = (await server!.makeLink('pasted@example.test')).split('#');
  page = await (await browser!.newContext({ javaScriptEnabled: false })).newPage();
  watch();

  await page.goto(`${server!.url}/password`);
  await page.fill('#code', code);
  await page.fill('#new-password', 'iloveyou');
  await page.click('button');
  expect(await wordsOf()).toContain('one of the most common passwords');
  expect(await page.inputValue('#code')).toBe(code);
  await page.fill('#new-password', FRESH);
  await page.click('button');

  expect(await page.textContent('h1')).toBe('Your password is set');
  expect(await logInStatus('pasted@example.test')).toBe(200);
});
