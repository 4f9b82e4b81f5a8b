import { isIP } from 'node:net';
import { DomainError } from '../errors/domain.error.js';
import type { AddressRule } from './address-rule.js';

const MAX_LENGTH = 2_048;

/** The host of a URL without the brackets of IPv6: a name, or an address. */
export function hostOf({ hostname }: URL): string {
  return hostname.replace(/^\[(.*)\]$/, '$1');
}

/**
 * The URL as it is stored. Refuses VALIDATION_FAILED for what is not https, names a user, a fragment, an odd port, or an
 * address that may not be sent to. What a name stands for is judged each time something is sent.
 */
export function acceptedUrl(text: string, addresses: AddressRule): string {
  if (!/^https?:\/\/[^\s\\]+$/i.test(text) || text.length > MAX_LENGTH || !URL.canParse(text))
    throw refused('must be an https URL of at most 2,048 characters');
  const url = new URL(text);
  const fault = faultOf(url, text, addresses);
  if (fault) throw refused(fault);
  return url.href;
}

function faultOf(url: URL, text: string, addresses: AddressRule): string | undefined {
  const host = hostOf(url);
  if (url.username !== '' || url.password !== '') return 'must not name a user';
  if (text.includes('#')) return 'must not have a fragment';
  if (isIP(host) !== 0 && !addresses.permits(host)) return 'must not lead to an address that is not public';
  if (url.protocol !== 'https:' && !(isIP(host) !== 0 && addresses.allows(host))) return 'must be an https URL';
  // Below 1024 live mail, name and login servers, which read what they are sent line by line.
  if (url.port !== '' && Number(url.port) < 1_024) return 'must name port 443, or one from 1024 on';
  return undefined;
}

function refused(message: string): DomainError {
  return new DomainError('VALIDATION_FAILED', `url: ${message}`, { faults: [{ field: 'url', message }] });
}
