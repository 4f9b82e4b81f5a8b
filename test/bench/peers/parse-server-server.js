/** Parse Server on PostgreSQL, mounted as its documentation shows. */
import express from 'express';
import { ParseServer } from 'parse-server';

const port = Number(process.env['PORT']);
const parse = new ParseServer({
  databaseURI: String(process.env['DATABASE_URL']),
  serverURL: `http://127.0.0.1:${port}/parse`,
  appId: 'bench',
  masterKey: String(process.env['SECRET']),
  silent: true,
});
await parse.start();
express().use('/parse', parse.app).listen(port, '127.0.0.1');
process.once('SIGINT', () => process.exit(0));
