import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { COOKIE, RestedProject, statusesOf, tokenOf } from './rested-project.js';

let project: RestedProject;
beforeAll(async () => {
  project = await RestedProject.start();
});
afterAll(() => project.server.stop());

const times = <T>(count: number, work: () => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: count }, work));
const statusOf = async (token: string): Promise<number> =>
  (await project.get('', { cookie: `${COOKIE}=${token}` })).statusCode;

describe('races on the Rested wire', () => {
  it('bad R5 20 parallel logouts of one token: each 204, exactly one event', async () => {
    await project.register('leaving');
    const { cookie, token } = await project.logIn('leaving');

    const answers = await times(20, () => project.logout(cookie));

    const events = await project.server.sql(
      `select cause from session_events where type = 'session.ended' and user_id = (select id from users where username = 'leaving')`,
    );
    expect(statusesOf(answers)).toEqual(answers.map(() => 204));
    expect([events, await statusOf(token)]).toEqual([[{ cause: 'logout' }], 401]);
  });

  it.each([1, 2])(
    'bad R9 50 parallel logins with a limit of %i: exactly as many tokens live',
    async (limit) => {
      const name = `limited-${limit}`;
      await project.register(name);
      await project.set(`session_limit = $1, at_session_limit = 'end_oldest'`, [limit]);

      const answers = await times(50, () => project.login(name));
      const statuses = await Promise.all(answers.map((answer) => statusOf(tokenOf(answer))));
      await project.set('session_limit = null');

      expect(statusesOf(answers)).toEqual(answers.map(() => 200));
      expect(statuses.filter((status) => status === 200).length).toBe(limit);
    },
    60_000,
  );

  it('bad R9 50 parallel logins, at most 2, refusing: exactly two live', async () => {
    await project.register('refused');
    await project.set(`session_limit = 2, at_session_limit = 'refuse'`);

    const answers = await times(50, () => project.login('refused'));
    const admitted = answers.filter(({ statusCode }) => statusCode === 200);
    const live = await Promise.all(admitted.map((answer) => statusOf(tokenOf(answer))));
    await project.set(`session_limit = null, at_session_limit = 'end_oldest'`);

    expect(statusesOf(answers).filter((status) => status === 403).length).toBe(48);
    expect(live).toEqual([200, 200]);
  }, 60_000);

  it('bad R1 a check that begins after a logout was answered is 401, every time', async () => {
    await project.register('checked');
    const outcomes = await times(10, async () => {
      const { cookie, token } = await project.logIn('checked');
      const checks = times(5, () => statusOf(token));
      await project.logout(cookie);
      const after = await times(5, () => statusOf(token));
      await checks;
      return after;
    });

    expect(new Set(outcomes.flat())).toEqual(new Set([401]));
  });

  it('20 parallel registrations of one name: one user, the others 400', async () => {
    const answers = await times(20, () => project.post({ username: 'wanted', password: 'four blue whales at noon' }));

    expect(statusesOf(answers).filter((status) => status === 200).length).toBe(1);
    expect(statusesOf(answers).every((status) => [200, 400, 429].includes(status))).toBe(true);
  });

  it('two passwords at once: one wins, the other is 409 or waits its turn, and one session is left at most', async () => {
    const id = await project.register('changing');
    const [first, second] = [await project.logIn('changing'), await project.logIn('changing')];
    const change = (password: string, cookie: Record<string, string>) =>
      project.put({ password }, `uniqueId=${id}&strategy=merge`, cookie);

    const answers = await Promise.all([
      change('four blue whales at noon', first.cookie),
      change('five red foxes at night', second.cookie),
    ]);

    const live = [await statusOf(first.token), await statusOf(second.token)].filter((status) => status === 200);
    expect(statusesOf(answers)).toContain(200);
    expect(live.length).toBeLessThanOrEqual(1);
  });

  it('deleting a user while they log in: no session outlives them', async () => {
    const id = await project.register('vanishing');
    const { cookie } = await project.logIn('vanishing');

    const [deleted, ...logins] = await Promise.all([
      project.delete(`uniqueId=${id}`, cookie),
      ...Array.from({ length: 5 }, () => project.login('vanishing')),
    ]);

    const tokens = logins.filter(({ statusCode }) => statusCode === 200).map(tokenOf);
    expect(deleted.statusCode).toBe(204);
    expect(await Promise.all(tokens.map(statusOf))).toEqual(tokens.map(() => 401));
  });
});
