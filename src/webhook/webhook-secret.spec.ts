import { expect, it } from 'vitest';
import { freshSecret, isSecret, signatureOf } from './webhook-secret.js';

it('signs as Standard Webhooks’ own example says', () => {
  const signed = {
    id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
    timestamp: '1614265330',
    body: '{"test": 2432232314}',
  };

  expect(signatureOf(signed, ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'])).toBe(
    'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
  );
});

it('a fresh secret is one, and never the same', () => {
  const secrets = Array.from({ length: 100 }, freshSecret);

  expect(secrets.every(isSecret)).toBe(true);
  expect(new Set(secrets).size).toBe(100);
});
