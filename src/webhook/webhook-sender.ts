import type { LookupAddress } from 'node:dns';
import { setMaxListeners } from 'node:events';
import http, { type ClientRequest, type IncomingMessage } from 'node:http';
import https from 'node:https';
import { isIP } from 'node:net';
import type { AddressRule } from './address-rule.js';
import { beginningOf } from './answer-beginning.js';
import { NameLookups, type Resolve } from './name-lookups.js';
import { retryAfterMs } from './retry-schedule.js';
import { hostOf } from './webhook-url.js';

/** What came of an attempt. */
export interface Outcome {
  readonly isDelivered: boolean;
  readonly status?: number;
  /** Why it failed, in a few words without address or secret. */
  readonly error?: string;
  /** The printable beginning of the answer to a failed attempt. */
  readonly answer?: string;
  /** How long the receiver wants to be left alone. */
  readonly retryAfterMs?: number;
}

/** One message as it goes out. */
export interface Message {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** How long an attempt may take: to be connected, and in all. */
export interface Patience {
  readonly connectMs: number;
  readonly totalMs: number;
}

/** Posts to addresses that may be posted to. Every name is resolved anew, and what was judged is what is connected to (S2). */
export class WebhookSender {
  constructor(
    private readonly addresses: AddressRule,
    private readonly resolve: Resolve = new NameLookups().resolve,
  ) {}

  /** Never throws but what `stop` gives as its reason, where nothing is known then. */
  async send(message: Message, { connectMs, totalMs }: Patience, stop: AbortSignal): Promise<Outcome> {
    stop.throwIfAborted();
    const attempt = new AbortController();
    const giveUp = (why: string): void => attempt.abort(new Error(why));
    const connecting = setTimeout(giveUp, connectMs, 'not connected in time');
    const answering = setTimeout(giveUp, totalMs, 'not answered in time');
    const halt = (): void => giveUp('stopped');
    // As many listen as there are attempts under way: that is no leak.
    setMaxListeners(0, stop);
    stop.addEventListener('abort', halt, { once: true });
    try {
      const addresses = await orAborted(this.permitted(new URL(message.url)), attempt.signal);
      return await outcomeOf(await post(message, addresses, attempt.signal, () => clearTimeout(connecting)));
    } catch (error) {
      stop.throwIfAborted();
      return { isDelivered: false, error: faultOf(attempt.signal.aborted ? attempt.signal.reason : error) };
    } finally {
      clearTimeout(connecting);
      clearTimeout(answering);
      stop.removeEventListener('abort', halt);
    }
  }

  private async permitted(url: URL): Promise<LookupAddress[]> {
    const host = hostOf(url);
    const family = isIP(host);
    const found = family === 0 ? await this.resolve(host) : [{ address: host, family }];
    if (found.length === 0) throw new Error('the name has no address');
    if (!found.every(({ address }) => this.addresses.permits(address))) throw new Error('the address is not public');
    if (url.protocol !== 'https:' && !found.every(({ address }) => this.addresses.allows(address)))
      throw new Error('plain http is for allowed addresses alone');
    return found;
  }
}

async function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  let giveUp: () => void;
  const aborted = new Promise<never>((_, reject) => {
    giveUp = () => reject(signal.reason as Error);
    signal.addEventListener('abort', giveUp, { once: true });
  });
  return Promise.race([work, aborted]).finally(() => signal.removeEventListener('abort', giveUp));
}

// A connection of its own for each attempt: one that is kept would be to an address that was judged long ago.
function post(
  { url, headers, body }: Message,
  addresses: LookupAddress[],
  signal: AbortSignal,
  connected: () => void,
): Promise<IncomingMessage> {
  const [first] = addresses;
  const target = new URL(url);
  const { request, event } =
    target.protocol === 'https:'
      ? { request: https.request, event: 'secureConnect' }
      : { request: http.request, event: 'connect' };
  const options = {
    method: 'POST',
    agent: false as const,
    // Whatever the environment of the process says.
    rejectUnauthorized: true,
    signal,
    headers: { ...headers, 'content-length': Buffer.byteLength(body) },
    lookup: (_host: string, { all }: { all?: boolean }, found: Found) =>
      all ? found(null, addresses) : found(null, first!.address, first!.family),
  };
  return new Promise((resolve, reject) => {
    const asked: ClientRequest = request(target, options as http.RequestOptions);
    asked.on('socket', (socket) => socket.once(event, connected));
    // An answer that asks for another protocol brings neither of the first two.
    asked
      .on('error', reject)
      .on('response', resolve)
      .on('close', () => reject(new Error('hung up')))
      .end(body);
  });
}

type Found = (error: null, addresses: LookupAddress[] | string, family?: number) => void;

async function outcomeOf(answer: IncomingMessage): Promise<Outcome> {
  const status = answer.statusCode!;
  const beginning = await beginningOf(answer);
  if (status >= 200 && status < 300) return { isDelivered: true, status };
  const error = status >= 300 && status < 400 ? 'redirects are not followed' : `answered ${status}`;
  const { 'retry-after': retryAfter, date } = answer.headers;
  return { isDelivered: false, status, error, answer: beginning, retryAfterMs: retryAfterMs(retryAfter, date) };
}

function faultOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return code ?? message;
}
