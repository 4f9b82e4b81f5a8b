import pg from 'pg';
import { vi } from 'vitest';

interface Named {
  connectionParameters: { application_name: string };
}

/** How many statements this process sends meanwhile over the lanes of checks. Relays, sweepers and touches have others. */
export async function checksDuring(act: () => Promise<unknown>): Promise<number> {
  const query = vi.spyOn(pg.Client.prototype, 'query');
  try {
    await act();
    return query.mock.contexts.filter((client) => nameOf(client as unknown as Named) === 'curfew checks').length;
  } finally {
    query.mockRestore();
  }
}

const nameOf = ({ connectionParameters }: Named): string => connectionParameters.application_name;
