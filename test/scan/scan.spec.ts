import { describe, expect, it } from 'vitest';
import type { Section } from '../bench/report.js';
import { inClasses, statusesIn } from './node-log.js';
import { optionsFrom } from './options.js';
import { withResults } from './page.js';
import { readSlowHttpTest } from './slowhttptest-report.js';
import { complaintIn, readSqlmap } from './sqlmap-report.js';
import { readWapiti } from './wapiti-report.js';

describe('sqlmap', () => {
  it('is sound where all parameters were tried to the end', () => {
    const output = '[18:00:01] [CRITICAL] all tested parameters do not appear to be injectable. Try to increase';

    expect(readSqlmap(output)).toEqual({ verdict: 'not injectable', ways: [] });
  });

  it('names each way in', () => {
    const output = `sqlmap identified the following injection point(s) with a total of 48 HTTP(s) requests:
---
Parameter: key (GET)
    Type: boolean-based blind
    Title: AND boolean-based blind - WHERE or HAVING clause

    Type: time-based blind
    Title: PostgreSQL > 8.1 AND time-based blind
---`;

    expect(readSqlmap(output)).toEqual({ verdict: 'injectable', ways: ['boolean-based blind', 'time-based blind'] });
  });

  it.each([
    ['nothing', '', 'it said nothing'],
    [
      'that it could not connect',
      '[18:00:01] [CRITICAL] unable to connect to the target URL',
      'unable to connect to the target URL',
    ],
    [
      'that it was not let in',
      '[18:00:01] [ERROR] one\n[18:00:02] [CRITICAL] not authorized, try another',
      'not authorized, try another',
    ],
  ])('tested nothing where it says %s', (_, output, complaint) => {
    expect([readSqlmap(output).verdict, complaintIn(output)]).toEqual(['not tested', complaint]);
  });
});

describe('wapiti', () => {
  it('tells holes and oddities, and leaves out what it merely noticed', () => {
    const told = { method: 'GET', path: '/docs', info: 'CSP is not set', level: 1, parameter: '' };
    const report = {
      vulnerabilities: { 'Content Security Policy Configuration': [told], 'SQL Injection': [] },
      anomalies: { 'Internal Server Error': [{ ...told, path: '/password', info: 'with a quote', parameter: null }] },
      additionals: { 'Fingerprint web technology': [told] },
    };

    expect(readWapiti(JSON.stringify(report))).toEqual([
      {
        kind: 'Content Security Policy Configuration',
        method: 'GET',
        path: '/docs',
        parameter: '',
        info: 'CSP is not set',
      },
      { kind: 'Internal Server Error', method: 'GET', path: '/password', parameter: '', info: 'with a quote' },
    ]);
  });
});

describe('slowhttptest', () => {
  it('counts what it had at one time, what was closed by the end, and the seconds without service', () => {
    const csv = `Seconds,Closed,Pending,Connected,Service Available
0,0,1,0,1000
1,0,1,250,1000
5,0,0,990,0
12,400,0,590,0
15,990,0,5,1000
`;

    expect(readSlowHttpTest(csv, 'Exit status: Hit test time limit')).toEqual({
      seconds: 15,
      opened: 995,
      closed: 990,
      unavailable: 2,
    });
  });

  it('had every connection closed where it ended because none was left', () => {
    const csv = 'Seconds,Closed,Pending,Connected,Service Available\n9,900,0,100,1000\n';

    expect(readSlowHttpTest(csv, 'Exit status: No open connections left')).toMatchObject({
      opened: 1_000,
      closed: 1_000,
    });
  });

  it('is no report without seconds', () => {
    expect(() => readSlowHttpTest('Seconds,Closed,Pending,Connected,Service Available\n', '')).toThrow(
      'reported nothing',
    );
  });
});

describe('the log of the node', () => {
  it('counts answers by status, whatever else it tells', () => {
    const lines = `{"level":"info","route":"/a","status":200}
{"level":"info","msg":"ready","status":500}
not JSON
{"level":"info","route":"none","status":404}
{"level":"error","route":"/a","status":503}
{"level":"info","route":"/a","status":429,"address":"198.51.100.1"}
{"level":"info","route":"/a","status":302}
{"level":"error","route":"/a","status":500}
`;

    expect(statusesIn(lines, '198.51.100.1')).toEqual({ 429: 1 });
    expect(inClasses(statusesIn(lines))).toEqual({
      requests: 6,
      '2xx': 1,
      '3xx': 1,
      '4xx': 1,
      429: 1,
      503: 1,
      'other 5xx': 1,
    });
  });
});

describe('the command line', () => {
  it('runs all of them, in their order', () => {
    expect(optionsFrom([])).toEqual({ scanners: ['sqlmap', 'wapiti', 'zzuf', 'slowhttptest'], mutant: {} });
    expect(optionsFrom(['--only', 'zzuf,sqlmap']).scanners).toEqual(['sqlmap', 'zzuf']);
  });

  it('repeats one request', () => {
    expect(optionsFrom(['--only', 'zzuf', '--request', 'native login', '--mode', 'light', '--seed', '7'])).toEqual({
      scanners: ['zzuf'],
      mutant: { recording: 'native login', mode: 'light', seed: 7 },
    });
  });

  it.each([
    [['--only', 'nikto'], '--only nikto: there is sqlmap, wapiti, zzuf, slowhttptest.'],
    [['--only', ''], '--only : there is sqlmap, wapiti, zzuf, slowhttptest.'],
    [['--only', 'zzuf', '--mode', 'wild'], '--mode wild: there is light, medium, heavy, framed.'],
    [['--only', 'zzuf', '--seed', '-1'], 'argument'],
    [['--only', 'zzuf', '--seed', 'x'], '--seed x: a whole number.'],
    [['--seed', '1'], '--request, --mode and --seed go with --only zzuf.'],
  ])('refuses %j', (words, refusal) => {
    expect(() => optionsFrom(words)).toThrow(refusal);
  });
});

describe('the page', () => {
  const SECTION: Section = {
    name: 'zzuf',
    order: 1,
    title: 'zzuf',
    command: 'zzuf -s 7',
    setting: 'Two requests.',
    versions: { zzuf: '0.15' },
    gates: [{ what: 'zzuf: answers of 5xx', atMost: 0, found: 1 }],
    ratios: [],
    figures: [{ rows: { light: { '2xx': 3 } } }],
    charts: [],
    notes: ['It took 1.0 minutes.'],
  };

  it('has what was found between the marks, and its other words as they were', () => {
    const page = 'Before.\n\n<!-- scan:zzuf -->\n\nold\n\n<!-- /scan:zzuf -->\n\nAfter.\n';

    const written = withResults(page, SECTION, '2026-11-21', '2 cores');

    expect(written).toMatch(
      /^Before\.\n\n<!-- scan:zzuf -->\n\nTwo requests\. Run on 2026-11-21 on 2 cores, with zzuf 0\.15\./,
    );
    expect(written).toMatch(/\*\*missed\*\*[^]+\| light \| 3 \|\n\n<!-- \/scan:zzuf -->\n\nAfter\.\n$/);
    expect(written).not.toContain('old');
    expect(withResults(written, SECTION, '2026-11-21', '2 cores')).toBe(written);
  });

  it('is refused where it has no place for it', () => {
    expect(() => withResults('No marks.', SECTION, '2026-11-21', '2 cores')).toThrow('has no place for zzuf');
  });
});
