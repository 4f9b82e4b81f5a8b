import type { INestApplicationContext } from '@nestjs/common';
import { getDataSourceToken } from '@nestjs/typeorm';
import ipaddr from 'ipaddr.js';
import type { DataSource } from 'typeorm';
import type { PostgresDriver } from 'typeorm/driver/postgres/PostgresDriver.js';

/** What a connection's socket says of its way: `encrypted` under TLS alone, no address where it does not leave this machine. */
interface Way {
  encrypted?: boolean;
  remoteAddress?: string | undefined;
}

/** Whether somebody on the way to the database could read along: no TLS, and not to this machine. */
export function isOpenToReaders({ encrypted, remoteAddress }: Way): boolean {
  if (encrypted === true || remoteAddress === undefined || !ipaddr.isValid(remoteAddress)) return false;
  return ipaddr.process(remoteAddress).range() !== 'loopback';
}

/** Tells the operator, in one line, where hashes and addresses travel to the database for everyone to read (ASVS 12.3.1). */
export async function warnOfPlainConnection(app: INestApplicationContext, tell: (line: string) => void): Promise<void> {
  const driver = app.get<DataSource>(getDataSourceToken()).driver as PostgresDriver;
  const [client, release] = (await driver.obtainMasterConnection()) as [{ connection: { stream: Way } }, () => void];
  try {
    if (!isOpenToReaders(client.connection.stream)) return;
    tell(
      'DATABASE_URL: the connection to PostgreSQL is not encrypted; add sslmode=verify-full, unless the network is yours alone',
    );
  } finally {
    release();
  }
}
