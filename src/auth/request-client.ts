import type { FastifyRequest } from 'fastify';
import ipaddr from 'ipaddr.js';
import type { SessionClient } from '../session/session-facts.js';

/** What the session will remember of the client that this request came from. */
export function clientOf(request: FastifyRequest, contract: string, label: string | null = null): SessionClient {
  const agent = request.headers['user-agent'];
  return { contract, ip: addressOf(request), userAgent: agent?.slice(0, 512) ?? null, label };
}

/** The client's address as the trusted proxies tell it; null where it is no address. */
export function addressOf({ ip }: Pick<FastifyRequest, 'ip'>): string | null {
  // By which of our interfaces a neighbour came (RFC 4007 §11) is no part of their address, and the store knows no such thing.
  const [address = ''] = ip.split('%');
  return ipaddr.isValid(address) ? ipaddr.process(address).toString() : null;
}
