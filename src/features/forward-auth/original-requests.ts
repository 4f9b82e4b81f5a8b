import type { FastifyRequest } from 'fastify';
import { BlockList, isIP, isIPv6 } from 'node:net';

const HOST = /^(?:[a-z\d](?:[a-z\d.-]{0,251}[a-z\d])?|\[[\da-f:.]{2,45}\])(?::\d{1,5})?$/i;
const TARGET = /^\/[\u0021\u0022\u0024-\u007e]*$/;
const MAX_LENGTH = 2_048;

/** What a proxy says of the request that it asks about. Only the proxies of `trusted`, addresses and CIDR ranges, are believed. */
export class OriginalRequests {
  private readonly trusted = new BlockList();

  constructor(trusted: readonly string[]) {
    for (const range of trusted) {
      const [address = '', prefix] = range.split('/');
      const family = isIPv6(address) ? 'ipv6' : 'ipv4';
      if (prefix === undefined) this.trusted.addAddress(address, family);
      else this.trusted.addSubnet(address, Number(prefix), family);
    }
  }

  /** A page that a person opens, where showing a login page makes sense: GET, and HTML is welcome. */
  isNavigation(request: FastifyRequest): boolean {
    const method = this.told(request, 'x-forwarded-method') ?? request.method;
    return method === 'GET' && (request.headers.accept ?? '').split(',').some(isHtml);
  }

  /** The URL that the browser asked for; undefined where nobody trusted says it, or it is none that a browser could have sent. */
  urlOf(request: FastifyRequest): string | undefined {
    const [scheme = '', host = '', target = ''] = ['proto', 'host', 'uri'].map((part) =>
      this.told(request, `x-forwarded-${part}`),
    );
    if (!/^https?$/.test(scheme) || !HOST.test(host) || !TARGET.test(target)) return undefined;
    const url = `${scheme}://${host}${target}`;
    return url.length <= MAX_LENGTH && URL.canParse(url) ? url : undefined;
  }

  private told(request: FastifyRequest, header: string): string | undefined {
    const value = request.headers[header];
    return typeof value === 'string' && this.isTrusted(request.socket.remoteAddress) ? value : undefined;
  }

  // A link-local address comes with the name of its network behind it.
  private isTrusted(peer = ''): boolean {
    const [address = ''] = peer.split('%');
    return isIP(address) !== 0 && this.trusted.check(address, isIPv6(address) ? 'ipv6' : 'ipv4');
  }
}

/** One entry of `Accept`, with what follows it; a weight of nought is a refusal (RFC 9110 §12.4.2). */
function isHtml(entry: string): boolean {
  const [type, ...parameters] = entry.split(';').map((part) => part.trim().toLowerCase());
  return type === 'text/html' && !parameters.some((parameter) => /^q\s*=\s*0(?:\.0*)?$/.test(parameter));
}
