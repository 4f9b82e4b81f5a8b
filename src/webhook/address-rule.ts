import ipaddr from 'ipaddr.js';

type Range = ReturnType<typeof ipaddr.parseCIDR>;

// RFC 4291 §2.4: what is handed out for use on the internet lies in here, and nothing else of IPv6 is anybody's public address.
const GLOBAL_UNICAST = ipaddr.IPv6.parseCIDR('2000::/3');

/** Which addresses may be sent to: public ones, and those that the operator allows. */
export class AddressRule {
  private readonly ranges: Range[];

  /** Addresses and CIDR ranges of `WEBHOOK_ALLOWED_ADDRESSES`. */
  constructor(allowed: readonly string[]) {
    this.ranges = allowed.map((range) => {
      if (range.includes('/')) return ipaddr.parseCIDR(range);
      const address = ipaddr.process(range);
      return [address, address.kind() === 'ipv4' ? 32 : 128];
    });
  }

  /** True for a public unicast address, and for one that is allowed. An IPv4 address written as IPv6 is judged as what it is. */
  permits(address: string): boolean {
    return this.allows(address) || isPublic(ipaddr.process(address));
  }

  /** True for what the operator allowed by name, which may be spoken to without TLS. */
  allows(address: string): boolean {
    const asked = ipaddr.process(address);
    return this.ranges.some(([base, bits]) => base.kind() === asked.kind() && asked.match(base, bits));
  }
}

function isPublic(address: ipaddr.IPv4 | ipaddr.IPv6): boolean {
  if (address.range() !== 'unicast') return false;
  return address.kind() === 'ipv4' || address.match(GLOBAL_UNICAST);
}
