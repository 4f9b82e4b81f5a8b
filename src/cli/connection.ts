import { readFile } from 'node:fs/promises';
import { Api } from './api.js';
import { CommandFailure, wrongUsage } from './command-failure.js';
import { HttpTransport } from './http-transport.js';
import { settings } from './own-database.js';
import type { CommonOptions, Work } from './leaf.js';
import type { Transport } from './transport.js';

const KEY = /^cfk_[\w-]{64}$/;
type Wanted = Pick<Work, 'options' | 'environment' | 'signal' | 'terminal'>;

/** A running server where `--url` or a key says so, else the database of this machine. Throws CommandFailure. */
export async function connect(work: Wanted, makesLasting: boolean): Promise<Api> {
  const { options, environment, terminal, signal } = work;
  const key = await keyOf(options, environment.key);
  const url = options.url ?? environment.url ?? (key === undefined ? undefined : settings().BASE_URL);
  if (url === undefined) return new Api(await ownTransport(work, makesLasting), signal);
  if (key === undefined)
    throw wrongUsage(`For ${url} a service key is needed: set CURFEW_KEY, or name its file with --key-file.`);
  const origin = originOf(url);
  if (isReadableByOthers(origin)) terminal.note(`! ${origin} is plain http: whoever listens on the way reads the key.`);
  return new Api(new HttpTransport(origin, key), signal);
}

// Loaded where it is needed alone: the whole server takes most of a second.
async function ownTransport({ terminal }: Wanted, makesLasting: boolean): Promise<Transport> {
  const { OwnTransport } = await import('./own-transport.js');
  return OwnTransport.open((line) => terminal.note(line), makesLasting);
}

async function keyOf({ keyFile }: CommonOptions, given: string | undefined): Promise<string | undefined> {
  const key = keyFile === undefined ? given : await contentOf(keyFile);
  if (key === undefined || KEY.test(key)) return key;
  const source = keyFile === undefined ? 'CURFEW_KEY' : `--key-file ${keyFile}`;
  throw new CommandFailure(
    `${source}: what is there is no service key (cfk_ and 64 letters); make one with \`curfew keys create\`.`,
  );
}

async function contentOf(path: string): Promise<string> {
  try {
    return (await readFile(path, 'utf8')).trim();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new CommandFailure(`--key-file ${path} cannot be read (${code}).`);
  }
}

/** The origin of an address. Throws CommandFailure for what is none, and for one with a path or a password. */
export function originOf(url: string): string {
  const address = URL.canParse(url) ? new URL(url) : undefined;
  const isOrigin = address && /^https?:$/.test(address.protocol) && `${address.pathname}${address.search}` === '/';
  if (isOrigin && address.username === '' && address.password === '') return address.origin;
  throw wrongUsage(`--url ${url}: an address such as https://sessions.example.org, without path, is needed.`);
}

function isReadableByOthers(origin: string): boolean {
  const { protocol, hostname } = new URL(origin);
  return protocol === 'http:' && !/^(localhost|127(\.\d+){3}|\[::1\])$/.test(hostname);
}
