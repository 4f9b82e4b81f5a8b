import { expect, it } from 'vitest';
import { AddressRule } from './address-rule.js';
import { acceptedUrl } from './webhook-url.js';

const NONE = new AddressRule([]);
const SOME = new AddressRule(['10.1.0.0/16', '::1']);
const faultOf = (url: string, rule = NONE): string => {
  try {
    return acceptedUrl(url, rule);
  } catch (error) {
    return (error as Error).message;
  }
};
const SHAPE = 'url: must be an https URL of at most 2,048 characters';
const NOT_PUBLIC = 'url: must not lead to an address that is not public';

it.each([
  ['https://shop.example.org/hooks?x=1', 'https://shop.example.org/hooks?x=1'],
  ['https://SHOP.example.org', 'https://shop.example.org/'],
  ['https://shop.example.org:8443/a', 'https://shop.example.org:8443/a'],
  ['https://8.8.8.8/', 'https://8.8.8.8/'],
])('%s is taken', (url, stored) => {
  expect(faultOf(url)).toBe(stored);
});

it.each([
  ['http://10.1.2.3:8080/a', 'http://10.1.2.3:8080/a'],
  ['http://[::1]:8080/', 'http://[::1]:8080/'],
  ['https://10.1.2.3/', 'https://10.1.2.3/'],
  ['http://10.2.0.1/', NOT_PUBLIC],
  ['http://8.8.8.8/', 'url: must be an https URL'],
  ['http://shop.example.org/', 'url: must be an https URL'],
])('%s where some addresses are allowed: %s', (url, expected) => {
  expect(faultOf(url, SOME)).toBe(expected);
});

it.each([
  ['bad S1', 'https://127.0.0.1/', NOT_PUBLIC],
  ['bad S1', 'https://[::1]/', NOT_PUBLIC],
  ['bad S1', 'https://169.254.169.254/latest/meta-data', NOT_PUBLIC],
  ['bad S1', 'https://10.0.0.1/', NOT_PUBLIC],
  ['bad S1', 'https://127.1/', NOT_PUBLIC],
  ['bad S1', 'https://0x7f.1/', NOT_PUBLIC],
  ['bad S1', 'https://2130706433/', NOT_PUBLIC],
  ['bad S1', 'https://0177.0.0.1/', NOT_PUBLIC],
  ['bad S1', 'https://①②⑦.0.0.1/', NOT_PUBLIC],
  ['bad S1', 'https://[::ffff:127.0.0.1]/', NOT_PUBLIC],
  ['bad S1', 'https://[::ffff:a9fe:a9fe]/', NOT_PUBLIC],
  ['bad S1', 'https://0/', NOT_PUBLIC],
  ['bad S3', 'http://shop.example.org/', 'url: must be an https URL'],
  ['bad S3', 'http://8.8.8.8/', 'url: must be an https URL'],
  ['bad S3', 'ftp://shop.example.org/', SHAPE],
  ['bad S3', 'file:///etc/passwd', SHAPE],
  ['bad S3', 'gopher://shop.example.org/', SHAPE],
  ['bad S3', '//shop.example.org/', SHAPE],
  ['bad S4', 'https://user@shop.example.org/', 'url: must not name a user'],
  ['bad S4', 'https://user:password@shop.example.org/', 'url: must not name a user'],
  ['bad S4', 'https://:password@shop.example.org/', 'url: must not name a user'],
  ['bad S9', 'https://shop.example.org/\r\nx: y', SHAPE],
  ['bad S9', 'https://shop.example.org/ HTTP/1.1', SHAPE],
  ['bad S9', 'https://shop.example.org\\@e.example/', SHAPE],
  ['fragment', 'https://shop.example.org/#x', 'url: must not have a fragment'],
  ['empty fragment', 'https://shop.example.org/#', 'url: must not have a fragment'],
  ['port of ssh', 'https://shop.example.org:22/', 'url: must name port 443, or one from 1024 on'],
  ['port of mail', 'https://shop.example.org:25/', 'url: must name port 443, or one from 1024 on'],
  ['port 0', 'https://shop.example.org:0/', 'url: must name port 443, or one from 1024 on'],
  ['port 65536', 'https://shop.example.org:65536/', SHAPE],
  ['length', `https://shop.example.org/${'x'.repeat(2_048)}`, SHAPE],
  ['no host', 'https://', SHAPE],
])('asvs 4.2.5 %s: %s is refused', (_, url, fault) => {
  expect(faultOf(url)).toBe(fault);
});
