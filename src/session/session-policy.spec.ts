import { describe, expect, it } from 'vitest';
import { policyOf, type SessionPolicyOverrides } from './session-policy.js';

const CONTRACT = { lifetimeMs: 86_400_000, idleMs: 3_600_000 };
const NONE: SessionPolicyOverrides = {
  sessionLifetime: null,
  sessionIdle: null,
  sessionLimit: null,
  atSessionLimit: 'end_oldest',
};

describe('policyOf', () => {
  it('is the contract’s where the application decides nothing', () => {
    expect(policyOf(CONTRACT, NONE)).toEqual(CONTRACT);
  });

  it('takes the application’s seconds before the contract’s milliseconds', () => {
    expect(policyOf(CONTRACT, { ...NONE, sessionLifetime: 7_200, sessionIdle: 60 })).toEqual({
      lifetimeMs: 7_200_000,
      idleMs: 60_000,
    });
  });

  it.each([
    ['the contract’s idle limit', { ...NONE, sessionLifetime: 600 }],
    ['the application’s own idle limit', { ...NONE, sessionLifetime: 600, sessionIdle: 3_600 }],
  ])('cuts %s down to the lifetime', (_, application) => {
    expect(policyOf(CONTRACT, application)).toEqual({ lifetimeMs: 600_000, idleMs: 600_000 });
  });

  it.each(['end_oldest', 'refuse'] as const)('limits parallel sessions as the application says: %s', (atLimit) => {
    expect(policyOf(CONTRACT, { ...NONE, sessionLimit: 3, atSessionLimit: atLimit })).toEqual({
      ...CONTRACT,
      limit: 3,
      atLimit,
    });
  });
});
