import { describe, expect, it } from 'vitest';
import { leakedIn } from './leaks.js';

describe('secrets in a log', () => {
  it.each([
    ['at the start', 'opensesame was given'],
    ['at the end', 'given was opensesame'],
    ['behind what begins like it', 'opensesopensesame'],
    ['once among many', `${'{"level":30}\n'.repeat(1_000)}{"password":"opensesame"}`],
  ])('is found %s', (_, log) => {
    expect([...leakedIn(log, ['opensesame', 'elsewhere'])]).toEqual(['opensesame']);
  });

  it.each(['open "sesame"', 'open\\sesame', 'open\nsesame', 'open sésame'])(
    'is found as JSON writes it: %j',
    (secret) => {
      expect([...leakedIn(JSON.stringify({ password: secret }), [secret])]).toEqual([secret]);
      expect([...leakedIn(`password=${secret}`, [secret])]).toEqual([secret]);
    },
  );

  it('is told apart from others that begin alike', () => {
    const secrets = ['cfs_0000aaaa', 'cfs_0000bbbb', 'cfs_0000cccc'];

    expect([...leakedIn('cfs_0000bbbb cfs_0000dddd cfs_0000cccc', secrets)]).toEqual(['cfs_0000bbbb', 'cfs_0000cccc']);
  });

  it('is not found in a part of it, nor in other words', () => {
    expect(leakedIn('opensesam opensesa OPENSESAME', ['opensesame']).size).toBe(0);
    expect(leakedIn('', ['opensesame']).size).toBe(0);
  });

  it('is not looked for where it would stand anywhere', () => {
    expect(() => leakedIn('a', ['abcdef'])).toThrow('6 characters are too few');
  });
});
