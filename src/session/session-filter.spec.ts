import { expect, it } from 'vitest';
import { conditionOf, type SessionFilter } from './session-filter.js';

it('what is absent is no condition', () => {
  const values: unknown[] = [];

  expect(conditionOf({}, values)).toBe('true');
  expect(conditionOf({ contract: undefined }, values)).toBe('true');
  expect(values).toEqual([]);
});

it('values go behind those that the statement has already, each by its own place', () => {
  const values: unknown[] = ['first'];

  const condition = conditionOf({ contract: 'elvis', idleForMs: 60_000 }, values);

  expect(values).toEqual(['first', 'elvis', 60_000]);
  expect(condition).toContain('(sessions.contract = $2::text) and (');
  expect(condition.match(/\$\d+/g)).toEqual(['$2', '$3', '$3']);
});

it('asvs 1.2.4 no value stands in the text, whatever it is', () => {
  const hostile = `'); drop table sessions; --`;
  const every: Record<keyof SessionFilter, string | number> = {
    applicationId: hostile,
    userId: hostile,
    sessionId: hostile,
    contract: hostile,
    address: hostile,
    browser: hostile,
    system: hostile,
    role: hostile,
    createdBefore: hostile,
    createdAfter: hostile,
    lastSeenBefore: hostile,
    lastSeenAfter: hostile,
    idleForMs: 1,
  };
  const values: unknown[] = [];

  const condition = conditionOf(every as SessionFilter, values);

  expect(condition).not.toContain('drop');
  expect(values).toHaveLength(13);
});
