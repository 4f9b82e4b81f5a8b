import { describe, expect, it } from 'vitest';
import { nameOf, PostgresAddress } from './postgres-address.js';

const read = (text: string): unknown => {
  const address = PostgresAddress.parse(text);
  return address && [address.url, address.servers.map(nameOf)];
};

describe('one server is left to the driver', () => {
  it.each([
    'postgres://u:p@h:5432/d',
    'postgres://h/d?sslmode=require',
    'postgresql://u:p%40q@h/d?options=-c%20geqo%3Doff',
    'postgres://[::1]:5432/d',
    'postgres://%2Fvar%2Frun%2Fpostgresql/d',
    'postgres:///d?host=/var/run/postgresql',
  ])('%s', (text) => {
    const { searchParams } = new URL(PostgresAddress.parse(text)!.url);

    expect(PostgresAddress.parse(text)!.servers).toEqual([]);
    expect([...searchParams]).toEqual([...new URL(text).searchParams]);
    expect(PostgresAddress.parse(text)!.url.split('?')[0]).toBe(text.split('?')[0]);
  });

  it('and is not told that the primary is meant, which it does not know', () => {
    expect(read('postgres://u@h/d?target_session_attrs=primary')).toEqual(['postgres://u@h/d', []]);
  });
});

describe('several servers, as libpq writes them', () => {
  it.each<[string, string, string[]]>([
    ['postgres://u:p@a:5432,b:5433/d', 'postgres://u:p@a:5432/d', ['a:5432', 'b:5433']],
    ['postgres://u@a,b/d', 'postgres://u@a:5432/d', ['a:5432', 'b:5432']],
    ['postgres://a,b:5433,c/d?target_session_attrs=read-write', 'postgres://a:5432/d', ['a:5432', 'b:5433', 'c:5432']],
    ['postgres://u@[::1]:5432,[fd00::2]/d', 'postgres://u@[::1]:5432/d', ['[::1]:5432', '[fd00::2]:5432']],
    ['postgres://u:a@b,c@h1,h2/d', 'postgres://u:a@b,c@h1:5432/d', ['h1:5432', 'h2:5432']],
    ['postgres:///d?host=a,b&port=1,2&sslmode=require', 'postgres://a:1/d?sslmode=require', ['a:1', 'b:2']],
    ['postgres://u@/d?host=a,b&port=7', 'postgres://u@a:7/d', ['a:7', 'b:7']],
  ])('%s', (text, url, servers) => {
    expect(read(text)).toEqual([url, servers]);
  });
});

describe('no address', () => {
  it.each([
    'postgres://%zz,b/d',
    'mysql://h/d',
    'postgres:h/d',
    'postgres://h /d',
    'postgres://a:0,b/d',
    'postgres://a:65536,b/d',
    'postgres://a:x,b/d',
    'postgres://a,,b/d',
    'postgres://a,/d',
    'postgres:///d?host=a,b&port=1,2,3',
    'postgres://h/d?target_session_attrs=any',
    'postgres://a,b/d?target_session_attrs=standby',
    'postgres://a,b/d?target_session_attrs=prefer-standby',
    'postgres://a,b/d?target_session_attrs=',
  ])('%s', (text) => {
    expect(read(text)).toBeUndefined();
  });
});
