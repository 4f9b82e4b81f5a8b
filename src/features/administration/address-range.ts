import ipaddr from 'ipaddr.js';
import { isIP } from 'node:net';

/**
 * An address, or a range in CIDR notation (RFC 4632, RFC 4291 §2.3), as sessions hold addresses: mapped IPv4 as IPv4.
 * Undefined for what is neither. A range whose address has bits behind its length is none: it may be a slip of the pen.
 */
export function addressRangeOf(text: string): string | undefined {
  const [address = '', length, ...more] = text.split('/');
  if (isIP(address) === 0 || address.includes('%') || more.length > 0) return undefined;
  const plain = ipaddr.process(address);
  if (length === undefined) return plain.toString();
  if (!/^(?:0|[1-9]\d{0,2})$/.test(length)) return undefined;
  const isMapped = isIP(address) === 6 && plain.kind() === 'ipv4' && Number(length) >= 96;
  const range = isMapped ? plain : ipaddr.parse(address);
  const bits = Number(length) - (isMapped ? 96 : 0);
  const bytes = range.toByteArray();
  if (!isNetwork(bytes, bits)) return undefined;
  return bits === 8 * bytes.length ? range.toString() : `${range.toString()}/${bits}`;
}

function isNetwork(bytes: number[], length: number): boolean {
  const bits = bytes.map((byte) => byte.toString(2).padStart(8, '0')).join('');
  return length <= bits.length && !bits.includes('1', length);
}
