import { describe, expect, it } from 'vitest';
import { AddressRule } from './address-rule.js';

const PRIVATE = [
  '0.0.0.0',
  '0.1.2.3',
  '10.0.0.1',
  '100.64.0.1',
  '127.0.0.1',
  '127.255.255.254',
  '169.254.169.254',
  '172.16.0.1',
  '172.31.255.255',
  '192.0.0.1',
  '192.0.2.1',
  '192.168.1.1',
  '198.18.0.1',
  '198.51.100.1',
  '203.0.113.1',
  '224.0.0.1',
  '240.0.0.1',
  '255.255.255.255',
  '::',
  '::1',
  '::7f00:1',
  '::ffff:127.0.0.1',
  '::ffff:10.0.0.1',
  '::ffff:169.254.169.254',
  '::ffff:0:127.0.0.1',
  '64:ff9b::127.0.0.1',
  '64:ff9b::8.8.8.8',
  '64:ff9b:1::a00:1',
  '100::1',
  '2001::1',
  '2001:db8::1',
  '2002:7f00:1::',
  '2002:a00:1::',
  '3fff::1',
  '4000::1',
  '5f00::1',
  'fc00::1',
  'fd00:ec2::254',
  'fe80::1',
  'fec0::1',
  'ff02::1',
];

it.each(PRIVATE)('bad S1 %s is not public', (address) => {
  expect(new AddressRule([]).permits(address)).toBe(false);
});

it.each(['8.8.8.8', '93.184.215.14', '172.32.0.1', '::ffff:8.8.8.8', '2606:4700::1111', '2a00:1450:4001::1'])(
  '%s is public',
  (address) => {
    expect(new AddressRule([]).permits(address)).toBe(true);
  },
);

describe('what is allowed', () => {
  const rule = new AddressRule(['10.1.0.0/16', '192.168.7.7', 'fd00:1::/32', '::1']);

  it.each(['10.1.2.3', '::ffff:10.1.2.3', '192.168.7.7', 'fd00:1::5', '::1'])('%s', (address) => {
    expect([rule.permits(address), rule.allows(address)]).toEqual([true, true]);
  });

  it.each(['10.2.0.1', '192.168.7.8', 'fd00:2::5', '::2', '127.0.0.1'])('%s is not', (address) => {
    expect([rule.permits(address), rule.allows(address)]).toEqual([false, false]);
  });

  it('a public address is permitted without being allowed by name', () => {
    expect([rule.permits('8.8.8.8'), rule.allows('8.8.8.8')]).toEqual([true, false]);
  });
});
