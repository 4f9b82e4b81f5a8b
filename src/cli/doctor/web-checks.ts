import { connect, type TLSSocket } from 'node:tls';
import type { Environment } from '../../environment/environment.js';
import { counted } from '../table.js';
import { bad, odd, well, type Finding } from './finding.js';

const PATIENCE_MS = 5_000;
const DAY_MS = 86_400_000;
const SOON_DAYS = 14;

/** Settings that must fit together: origin, https, proxies. */
export function checkOrigin({ BASE_URL, TRUST_PROXY, isSecureContext }: Environment): Finding[] {
  const findings: Finding[] = [];
  if (isSecureContext) findings.push(well('origin', `BASE_URL is ${BASE_URL}`));
  else
    findings.push(
      odd(
        'origin',
        `BASE_URL is ${BASE_URL}, plain http: cookies and tokens can be read on the way.`,
        'Put a proxy with https in front, and set BASE_URL to its origin.',
      ),
    );
  // The server itself speaks no https: a proxy does.
  if (BASE_URL.startsWith('https:') && TRUST_PROXY.length === 0)
    findings.push(
      odd(
        'proxy',
        'A proxy speaks https for BASE_URL, and TRUST_PROXY names none: X-Forwarded-For is ignored, and everyone behind it shares one budget of logins.',
        'Set TRUST_PROXY to the addresses of the proxy.',
      ),
    );
  return findings;
}

/** Whether a node answers under this origin, and wants requests. */
export async function checkReadiness(origin: string): Promise<Finding[]> {
  try {
    const answer = await fetch(`${origin}/health/ready`, {
      signal: AbortSignal.timeout(PATIENCE_MS),
      redirect: 'manual',
    });
    const { status, detail } = (await answer.json()) as { status?: string; detail?: string };
    if (status === 'ready') return [well('ready', `${origin} is ready`)];
    const said = status === undefined ? `nothing (${answer.status}).` : `${status}: ${detail}`;
    return [bad('ready', `${origin}/health/ready says ${said}`, 'See its log.')];
  } catch (error) {
    const { cause, message } = error as Error;
    const reason = cause instanceof Error ? ((cause as NodeJS.ErrnoException).code ?? cause.message) : message;
    return [
      bad('ready', `${origin}/health/ready does not answer (${reason}).`, 'Start the server, or correct BASE_URL.'),
    ];
  }
}

/** Until when the certificate of an https origin is good, and whether this machine trusts it. */
export async function checkCertificate(origin: string): Promise<Finding[]> {
  const { protocol, hostname, port } = new URL(origin);
  if (protocol !== 'https:') return [];
  try {
    return [certificateOf(await handshake(hostname.replaceAll(/^\[|\]$/g, ''), Number(port || 443)))];
  } catch (error) {
    return [bad('certificate', `${origin}: no handshake (${(error as Error).message}).`, 'Is https spoken there?')];
  }
}

function certificateOf(socket: TLSSocket): Finding {
  const { valid_to: until } = socket.getPeerCertificate();
  const { authorized, authorizationError } = socket;
  socket.destroy();
  const days = Math.floor((Date.parse(until) - Date.now()) / DAY_MS);
  if (days < 0) return bad('certificate', `It ended ${until}.`, 'Renew it.');
  if (!authorized)
    return bad(
      'certificate',
      `This machine does not trust it (${String(authorizationError)}).`,
      'Serve the whole chain.',
    );
  if (days < SOON_DAYS) return odd('certificate', `It ends in ${counted(days, 'day')}.`, 'Renew it.');
  return well('certificate', `good for ${counted(days, 'day')}`);
}

// It is asked about and not relied on: nothing is sent over this connection.
function handshake(host: string, port: number): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, servername: /^[\d.:]+$/.test(host) ? '' : host, rejectUnauthorized: false });
    socket.setTimeout(PATIENCE_MS, () => socket.destroy(new Error('it took too long')));
    socket.once('secureConnect', () => resolve(socket)).once('error', reject);
  });
}
