import { expect, it } from 'vitest';
import { SharedStatement } from './shared-statement.js';

it('P3 STORE_UNAVAILABLE when a statement was not answered in time', async () => {
  const statement = new SharedStatement<string, string>(() => new Promise(() => {}), {
    inFlight: 1,
    size: 500,
    patienceMs: 20,
  });

  await expect(statement.ask('a')).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
});
