import { describe, expect, it } from 'vitest';
import type { Report } from './no-primary.js';
import { choosePrimary, type FoundPrimary } from './primary-choice.js';

const [A, B, C] = ['a', 'b', 'c'].map((host) => ({ host, port: 5432 })) as [Server, Server, Server];
type Server = { host: string; port: number };

const primary = (server: Server, timeline: number, system = '1'): Report => ({
  server,
  standing: { isStandby: false, isReadOnly: false, system, timeline },
});
const standby = (server: Server): Report => ({
  server,
  standing: { isStandby: true, isReadOnly: true, system: '1', timeline: null },
});
const failing = (server: Server, code: string): Report => ({ server, error: Object.assign(new Error(code), { code }) });
const silent = (server: Server): Report => ({ server });
const latest = (server: Server, timeline: number): FoundPrimary => ({ server, system: '1', timeline });

const chosen = (reports: Report[], before?: FoundPrimary): unknown => {
  const { found, mayOthersAskAnother } = choosePrimary(reports, before);
  return found ? [found.server.host, mayOthersAskAnother] : undefined;
};

describe('which server is asked', () => {
  it.each<[string, Report[], FoundPrimary | undefined, unknown]>([
    ['the one primary', [standby(A), primary(B, 1)], undefined, ['b', false]],
    ['none among standbys', [standby(A), standby(B)], undefined, undefined],
    ['none among the silent', [silent(A), failing(B, 'ECONNREFUSED')], latest(A, 1), undefined],
    ['the later of two', [primary(A, 1), primary(B, 2)], undefined, ['b', true]],
    ['the later of two, whose rival was asked before', [primary(A, 1), primary(B, 2)], latest(A, 1), ['b', true]],
    ['never a deposed one', [primary(A, 1), failing(B, 'ECONNREFUSED')], latest(B, 2), undefined],
    ['none of two on one timeline', [primary(A, 1), primary(B, 1)], undefined, undefined],
    ['of two on one timeline the one that was asked', [primary(A, 1), primary(B, 1)], latest(B, 1), ['b', false]],
    ['never one of another cluster', [failing(A, 'ECONNREFUSED'), primary(B, 9, '2')], latest(A, 1), undefined],
    ['none of two clusters', [primary(A, 1), primary(B, 1, '2')], undefined, undefined],
    ['the same one, promoted again', [primary(A, 3), standby(B)], latest(A, 1), ['a', false]],
    ['its disk on another machine', [silent(A), primary(B, 1)], latest(A, 1), ['b', true]],
    [
      'no read-only one',
      [{ server: A, standing: { isStandby: false, isReadOnly: true, system: '1', timeline: 1 } }],
      undefined,
      undefined,
    ],
  ])('%s', (_, reports, before, expected) => {
    expect(chosen(reports, before)).toEqual(expected);
  });
});

describe('whether other nodes may still ask the primary before', () => {
  it.each<[string, Report, boolean]>([
    ['not where nothing listens', failing(A, 'ECONNREFUSED'), false],
    ['not where it became a standby', standby(A), false],
    ['where it is silent', silent(A), true],
    ['where it starts up, or stops and goes on answering who is connected', failing(A, '57P03'), true],
    ['where the network fails', failing(A, 'EHOSTUNREACH'), true],
    ['where it has no connection left', failing(A, '53300'), true],
    ['where it still calls itself the primary', primary(A, 1), true],
  ])('%s', (_, before, expected) => {
    expect(chosen([before, primary(B, 2), standby(C)], latest(A, 1))).toEqual(['b', expected]);
  });
});

describe('whether other nodes may still ask another one, for a node that remembers none', () => {
  it.each<[string, Report[], boolean]>([
    ['not where all answer', [standby(A), primary(B, 2), standby(C)], false],
    ['not where the others do not listen', [failing(A, 'ECONNREFUSED'), primary(B, 2), standby(C)], false],
    ['not where nobody was ever promoted', [silent(A), primary(B, 1), failing(C, 'EHOSTUNREACH')], false],
    ['where one is silent after a promotion', [silent(A), primary(B, 2), standby(C)], true],
    ['where the network to one fails', [standby(A), primary(B, 2), failing(C, 'EHOSTUNREACH')], true],
    ['where one starts up, or stops and goes on answering', [failing(A, '57P03'), primary(B, 2), standby(C)], true],
    ['where another calls itself a primary', [primary(A, 1), primary(B, 2), standby(C)], true],
  ])('P1 %s', (_, reports, expected) => {
    expect(chosen(reports)).toEqual(['b', expected]);
  });
});
