/** better-auth on PostgreSQL behind its own handler for node:http; each check asks the database, as ours does. */
import { hash, verify } from '@node-rs/argon2';
import { betterAuth } from 'better-auth';
import { getMigrations } from 'better-auth/db/migration';
import { toNodeHandler } from 'better-auth/node';
import { createServer } from 'node:http';
import pg from 'pg';

const port = Number(process.env['PORT']);
const options = {
  baseURL: `http://127.0.0.1:${port}`,
  secret: String(process.env['SECRET']),
  database: new pg.Pool({ connectionString: process.env['DATABASE_URL'] }),
  emailAndPassword: {
    enabled: true,
    password: {
      hash: (/** @type {string} */ password) => hash(password),
      verify: (/** @type {{ hash: string, password: string }} */ given) => verify(given.hash, given.password),
    },
  },
  session: { cookieCache: { enabled: false } },
  trustedOrigins: [String(process.env['ORIGIN'])],
  rateLimit: { enabled: false },
  telemetry: { enabled: false },
  logger: { disabled: true },
};

const migrations = await getMigrations(options);
await migrations.runMigrations();
createServer(toNodeHandler(betterAuth(options))).listen(port, '127.0.0.1');
process.once('SIGINT', () => process.exit(0));
