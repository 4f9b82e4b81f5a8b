import { setImmediate as turn } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { AddressRule } from './address-rule.js';
import { WebhookSender } from './webhook-sender.js';

it('forty attempts that end with one signal are no leak: Node warns of none', async () => {
  const warnings: Error[] = [];
  const hear = (warning: Error): void => void warnings.push(warning);
  process.on('warning', hear);
  const stop = new AbortController();
  const sender = new WebhookSender(new AddressRule([]), () => new Promise(() => {}));
  const message = { url: 'https://receiver.test/', headers: {}, body: '{}' };

  const attempts = Array.from({ length: 40 }, () =>
    sender.send(message, { connectMs: 5_000, totalMs: 5_000 }, stop.signal),
  );
  stop.abort(new Error('The server stops.'));
  const ends = await Promise.allSettled(attempts);
  await turn();
  process.off('warning', hear);

  expect(new Set(ends.map(({ status }) => status))).toEqual(new Set(['rejected']));
  expect(warnings).toEqual([]);
});
