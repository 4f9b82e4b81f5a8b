import { describe, expect, it } from 'vitest';
import { check } from './checker.js';
import { WrittenHistory } from './written-history.js';

const story = () => new WrittenHistory();
/** What is found in a history: each kind, as often as it is found. */
async function kindsIn({ lines }: WrittenHistory): Promise<string[]> {
  return (await check(lines)).violations.map(({ kind }) => kind);
}

const LATER = 100_000;

describe('V1 ghosts', () => {
  it.each<[string, WrittenHistory]>([
    ['a logout', story().login(1, [0, 1]).deed('logout', 'done', [10, 11], { token: 1 })],
    ['a revocation', story().login(1, [0, 1]).deed('revoke', 'done', [10, 11], { token: 1 })],
    ['a rotation', story().login(1, [0, 1]).rotate(1, 2, [10, 11])],
    ['an ending by id', story().login(1, [0, 1]).deed('end-session', 'done', [10, 11], { target: 's1' })],
    ['an administrator’s ending of all', story().login(1, [0, 1]).deed('end-user', 'done', [10, 11])],
    [
      'a logout everywhere, by its own token',
      story().login(1, [0, 1]).deed('log-out-everywhere', 'done', [10, 11], { token: 1 }),
    ],
    [
      'a logout everywhere, by another token',
      story().login(1, [0, 1]).login(2, [0, 1]).deed('log-out-everywhere', 'done', [10, 11], { token: 2 }),
    ],
    [
      'a logout of the others',
      story().login(1, [0, 1]).login(2, [0, 1]).deed('log-out-others', 'done', [10, 11], { token: 2 }),
    ],
    [
      'a change of password elsewhere',
      story()
        .login(1, [0, 1])
        .login(2, [0, 1])
        .deed('change-password', 'done', [10, 11], { token: 2, was: 0, password: 1 }),
    ],
    [
      'a change of password that its login, by the old one, overlapped',
      story()
        .login(2, [0, 1])
        .login(1, [9, 12], { password: 0 })
        .deed('change-password', 'done', [10, 13], { token: 2, was: 0, password: 1 }),
    ],
    [
      'a newer login, where that wins',
      story().login(1, [0, 1], { contract: 'backendless' }).login(2, [10, 11], { contract: 'backendless' }),
    ],
    ['a login that brought it along', story().login(1, [0, 1]).login(2, [10, 11], { token: 1 })],
    [
      'an ending by filter that had seen it',
      story()
        .login(1, [0, 1])
        .deed('end-by-filter', 'done', [10, 11], { seen: { t0: 5, t1: 6 } }),
    ],
    ['its expiry', story().login(1, [0, 1], { fresh: { expiresAt: 5 } })],
  ])('alive after %s', async (_, history) => {
    expect(await kindsIn(history.check(1, 'live', [2_000, 2_001]))).toEqual(['ghost']);
  });

  it('alive after a logout everywhere that a rotation of it raced', async () => {
    const history = story()
      .login(1, [0, 1])
      .login(2, [0, 1])
      .rotate(1, 3, [10, 14])
      .deed('log-out-everywhere', 'done', [11, 13], { token: 2 })
      .check(3, 'live', [20, 21]);

    expect(await kindsIn(history)).toEqual(['ghost']);
  });

  it('a rotation of what has ended', async () => {
    const history = story().login(1, [0, 1]).deed('end-user', 'done', [10, 11]).rotate(1, 2, [20, 21]);

    expect(await kindsIn(history)).toEqual(['ghost']);
  });

  it('let in by a password that was changed', async () => {
    const history = story()
      .login(1, [0, 1])
      .deed('change-password', 'done', [10, 11], { token: 1, was: 0, password: 1 })
      .login(2, [20, 21], { password: 0 });

    expect(await kindsIn(history)).toEqual(['old-password']);
  });

  it('the excerpt shows its birth, its end and the reading, and the fault meanwhile', async () => {
    const { lines } = story()
      .login(1, [0, 1])
      .deed('logout', 'done', [10, 11], { token: 1 })
      .fault('node-kill', [5, 15])
      .check(2, 'live', [12, 13])
      .check(1, 'live', [12, 13], { node: 2 });

    const [violation] = (await check(lines)).violations;

    expect(violation!.excerpt).toEqual([lines[0], lines[2], lines[1], lines[4]]);
  });
});

describe('V2 flicker', () => {
  it('alive after an answer that called it dead', async () => {
    const history = story()
      .login(1, [0, 1])
      .deed('logout', 'unknown', [10, 3_010], { token: 1 })
      .check(1, 'dead', [20, 21])
      .check(1, 'live', [22, 23]);

    expect(await kindsIn(history)).toEqual(['flicker']);
  });

  it('alive after there was no such session', async () => {
    const history = story()
      .login(1, [0, 1])
      .deed('logout', 'unknown', [10, 3_010], { token: 1 })
      .deed('end-session', 'refused', [20, 21], { target: 's1', isTargetDead: true })
      .check(1, 'live', [22, 23]);

    expect(await kindsIn(history)).toEqual(['flicker']);
  });
});

describe('V3 losses', () => {
  it.each<[string, WrittenHistory]>([
    ['nobody ended it', story().login(1, [0, 1])],
    ['its end began later', story().login(1, [0, 1]).deed('logout', 'done', [50, 51], { token: 1 })],
    ['it expires later', story().login(1, [0, 1], { fresh: { expiresAt: 60_000, idlesAt: 50_000 } })],
    ['a refused deed ended nothing', story().login(1, [0, 1]).deed('end-user', 'refused', [10, 11])],
    ['another user was logged out', story().login(1, [0, 1]).deed('end-user', 'done', [10, 11], { user: 1 })],
    ['it was begun after the logout everywhere', story().deed('end-user', 'done', [0, 1]).login(1, [2, 3])],
    [
      'the change of password spared it',
      story().login(1, [0, 1]).rotate(1, 2, [2, 3]).deed('log-out-others', 'done', [10, 11], { token: 2 }),
    ],
    [
      'a newer login on another contract ends nothing',
      story().login(1, [0, 1]).login(2, [10, 11], { contract: 'backendless' }),
    ],
    [
      'the filter had looked before it was begun',
      story()
        .login(1, [8, 9])
        .deed('end-by-filter', 'done', [10, 11], { seen: { t0: 5, t1: 6 } }),
    ],
  ])('dead, and %s', async (_, history) => {
    const token = history.lines.some((line) => line.of === 'operation' && line.kind === 'rotate') ? 2 : 1;

    expect(await kindsIn(history.check(token, 'dead', [20, 21]))).toEqual(['lost']);
  });

  it('gone by its id, and nobody ended it', async () => {
    const history = story()
      .login(1, [0, 1])
      .rotate(1, 2, [2, 3])
      .deed('end-session', 'refused', [20, 21], { target: 's1', isTargetDead: true });

    expect(await kindsIn(history)).toEqual(['lost']);
  });
});

it.each([
  ['dead', []],
  ['live', ['ghost']],
] as const)('ended by its id, which a list told, before its login was answered; %s', async (reading, kinds) => {
  const history = story().deed('end-session', 'done', [5, 6], { target: 's1' }).login(1, [0, 9]);

  expect(await kindsIn(history.check(1, reading, [20, 21]))).toEqual(kinds);
});

describe('what may be either is not reported', () => {
  const both = (history: WrittenHistory, token = 1): WrittenHistory[] => [
    story()
      .also(history)
      .check(token, 'live', [LATER, LATER + 1]),
    story()
      .also(history)
      .check(token, 'dead', [LATER, LATER + 1]),
  ];

  it.each<[string, WrittenHistory[]]>([
    [
      'a logout that was not answered',
      both(story().login(1, [0, 1]).deed('logout', 'unknown', [10, 3_010], { token: 1 })),
    ],
    [
      'a logout everywhere that was not answered',
      both(story().login(1, [0, 1]).deed('end-user', 'unknown', [10, 3_010])),
    ],
    [
      'a rotation that was not answered',
      both(story().login(1, [0, 1]).deed('rotate', 'unknown', [10, 3_010], { token: 1 })),
    ],
    [
      'a login that overlapped the logout everywhere',
      both(story().login(1, [9, 12]).deed('end-user', 'done', [10, 11])),
    ],
    [
      'a login soon after a logout everywhere that was not answered',
      both(story().deed('end-user', 'unknown', [0, 3_000]).login(1, [3_500, 3_501])),
    ],
    [
      'a logout everywhere by a token that may have been dead',
      both(
        story()
          .login(1, [0, 1])
          .login(2, [0, 1])
          .deed('logout', 'unknown', [5, 3_005], { token: 2 })
          .deed('log-out-everywhere', 'done', [10, 11], { token: 2 }),
      ),
    ],
    [
      'two logins at once where the newest wins',
      both(story().login(1, [0, 5], { contract: 'backendless' }).login(2, [1, 4], { contract: 'backendless' })),
    ],
    [
      'a newer login that was not answered, where that wins',
      both(
        story()
          .login(1, [0, 1], { contract: 'backendless' })
          .failedLogin('unknown', [10, 3_010], { contract: 'backendless' }),
      ),
    ],
    [
      'a logout by a token that was being rotated',
      both(story().login(1, [0, 1]).deed('logout', 'done', [10, 14], { token: 1 }).rotate(1, 2, [11, 13]), 2),
    ],
    [
      'a change of password that was not answered',
      both(
        story()
          .login(1, [0, 1])
          .login(2, [0, 1])
          .deed('change-password', 'unknown', [10, 3_010], { token: 2, was: 0, password: 1 }),
      ),
    ],
    [
      'an ending by filter while it was begun',
      both(
        story()
          .login(1, [4, 7])
          .deed('end-by-filter', 'done', [10, 11], { seen: { t0: 5, t1: 6 } }),
      ),
    ],
    ['an idle limit that may have been reached', both(story().login(1, [0, 1], { fresh: { idlesAt: 5_000 } }))],
  ])('%s', async (_, histories) => {
    expect(await Promise.all(histories.map(kindsIn))).toEqual([[], []]);
  });

  it.each<[string, WrittenHistory]>([
    [
      'alive to a request that overlapped the end of the logout',
      story().login(1, [0, 1]).deed('logout', 'done', [10, 15], { token: 1 }).check(1, 'live', [14, 20]),
    ],
    [
      'dead to a request that overlapped its beginning',
      story().login(1, [0, 1]).check(1, 'dead', [5, 12]).deed('logout', 'done', [10, 15], { token: 1 }),
    ],
    [
      'alive and dead at once while it ends',
      story()
        .login(1, [0, 1])
        .check(1, 'dead', [10, 13])
        .check(1, 'live', [10, 14])
        .deed('logout', 'done', [9, 15], { token: 1 }),
    ],
    [
      'within a second of its expiry',
      story()
        .login(1, [0, 1], { fresh: { expiresAt: 5_000 } })
        .check(1, 'live', [5_900, 5_901]),
    ],
    [
      'dead within a second before it',
      story()
        .login(1, [0, 1], { fresh: { expiresAt: 5_000 } })
        .check(1, 'dead', [4_100, 4_101]),
    ],
    [
      'nothing known',
      story()
        .login(1, [0, 1])
        .deed('logout', 'done', [10, 11], { token: 1 })
        .check(1, 'none', [20, 21], { status: 503 }),
    ],
    [
      'refused by a password that was being changed',
      story()
        .login(1, [0, 1])
        .failedLogin('refused', [11, 14], { password: 0 })
        .deed('change-password', 'done', [10, 13], { token: 1, was: 0, password: 1 }),
    ],
    [
      'refused by a password that may have been changed',
      story()
        .login(1, [0, 1])
        .deed('change-password', 'unknown', [10, 3_010], { token: 1, was: 0, password: 1 })
        .failedLogin('refused', [LATER, LATER + 1], { password: 0 }),
    ],
    [
      'a second logout of what has ended',
      story()
        .login(1, [0, 1])
        .deed('logout', 'done', [10, 11], { token: 1 })
        .deed('logout', 'refused', [12, 13], { token: 1, reading: 'dead' }),
    ],
  ])('%s', async (_, history) => {
    expect(await kindsIn(history)).toEqual([]);
  });

  it('of a run that goes on, what a deed may yet explain', async () => {
    const { lines } = story().login(1, [0, 1]).check(1, 'dead', [20, 21]);

    expect((await check(lines, { until: 15 })).violations).toEqual([]);
  });
});

describe('V4 V10 once all is mended', () => {
  it('nodes that disagree', async () => {
    const history = story()
      .login(1, [0, 1])
      .deed('logout', 'unknown', [10, 3_010], { token: 1 })
      .phase('healed', 4_000)
      .phase('verify', LATER)
      .check(1, 'live', [LATER, LATER + 1], { node: 0 })
      .check(1, 'dead', [LATER, LATER + 1], { node: 1 });

    expect(await kindsIn(history)).toEqual(['disagreement']);
  });

  it.each([
    [2, ['not-healed']],
    [1, []],
  ])('%i of 1,000 not served after five seconds: %j', async (unserved, kinds) => {
    const history = story().phase('healed', 1_000);
    for (let turn = 0; turn < 1_000; turn++)
      history.check(-1, turn < unserved ? 'none' : 'dead', [7_000, 7_001], { status: turn < unserved ? 503 : 401 });

    expect(await kindsIn(history)).toEqual(kinds);
  });
});

describe('V10 once one fault is over and before the next', () => {
  const checks = (unserved: number, instant: number, node = 0): WrittenHistory => {
    const history = story();
    for (let turn = 0; turn < 1_000; turn++) {
      const [reading, status] = turn < unserved ? (['none', 503] as const) : (['dead', 401] as const);
      history.check(-1, reading, [instant, instant + 1], { status, node });
    }
    return history;
  };

  it.each([
    ['database-crash', 2, 6_001, ['late-recovery']],
    ['database-crash', 1, 6_001, []],
    ['database-crash', 500, 5_999, []],
    ['backends-terminated', 2, 2_001, ['late-recovery']],
    ['backends-terminated', 500, 1_999, []],
  ])('%s is over after 1 s; %i of 1,000 not served at %i ms: %j', async (kind, unserved, instant, kinds) => {
    expect(await kindsIn(checks(unserved, instant).fault(kind, [500, 1_000]))).toEqual(kinds);
  });

  it('not what another fault struck', async () => {
    const history = checks(500, 6_001).fault('database-crash', [500, 1_000]).fault('database-stop', [6_001, 7_000]);

    expect(await kindsIn(history)).toEqual([]);
  });

  it.each([
    [1, 2, ['others-struck']],
    [1, 1, []],
    [0, 500, []],
  ])('node 0 is killed; at node %i %i of 1,000 not served: %j', async (node, unserved, kinds) => {
    expect(await kindsIn(checks(unserved, 1_500, node).fault('node-kill', [1_000, 2_000], { node: 0 }))).toEqual(kinds);
  });

  it('of other nodes, not what is left of a fault before', async () => {
    const history = checks(500, 1_500, 1)
      .fault('database-crash', [500, 900])
      .fault('node-kill', [1_000, 2_000], { node: 0 });

    expect(await kindsIn(history)).toEqual([]);
  });

  it('how long the last one took', async () => {
    const { recovery } = await check(checks(3, 1_400).fault('database-crash', [500, 1_000]).lines);

    expect(recovery.kinds.get('database-crash')).toMatchObject({ lastMs: 400, later: { served: 0, unserved: 0 } });
  });
});

describe('V3 V8 what the log of events tells of the row', () => {
  const born = { type: 'session.started' };
  const unknown = () => story().deed('end-user', 'unknown', [0, 3_000]).login(1, [3_500, 3_501]);

  it.each<[string, WrittenHistory, string[]]>([
    [
      'dead before the row was deleted, whatever was asked meanwhile',
      unknown().check(1, 'dead', [4_000, 4_001]).event('table', '5', 's1', { occurredAt: 5_000 }),
      ['lost'],
    ],
    [
      'dead, and the row is there',
      unknown().check(1, 'dead', [4_000, 4_001]).event('table', '4', 's1', born),
      ['lost'],
    ],
    [
      'dead as the row is deleted',
      unknown().check(1, 'dead', [4_000, 4_001]).event('table', '5', 's1', { occurredAt: 4_000 }),
      [],
    ],
    [
      'dead, since another token took its place',
      unknown()
        .rotate(1, 2, [3_800, 3_810])
        .check(1, 'dead', [4_000, 4_001])
        .event('table', '5', 's1', { occurredAt: 5_000 }),
      [],
    ],
    ['a login that the log does not know', story().login(1, [0, 1]).event('table', '4', 's2', born), ['lost-login']],
    [
      'dead in the end, by whatever was not answered, and no event',
      unknown()
        .phase('verify', LATER)
        .check(1, 'dead', [LATER, LATER + 1])
        .event('table', '4', 's1', born),
      ['lost', 'no-event'],
    ],
    [
      'ended long before anybody asked for it, and it could idle out',
      story()
        .login(1, [0, 1], { fresh: { idlesAt: 90_000 } })
        .deed('logout', 'done', [5_000, 5_001], { token: 1 })
        .event('table', '5', 's1', { occurredAt: 3_000, cause: 'logout' }),
      ['event-without-ending'],
    ],
  ])('%s', async (_, history, kinds) => {
    expect(await kindsIn(history)).toEqual(kinds);
  });

  it('an ending that nobody was there to hear is none', async () => {
    const refused = { token: 1, error: 'ECONNREFUSED' };
    const history = story().login(1, [0, 1]).deed('logout', 'unknown', [5, 6], refused).check(1, 'dead', [10, 11]);

    expect(await kindsIn(history)).toEqual(['lost']);
  });
});

describe('V4 V7 V10 who says nothing', () => {
  const silent = { status: null, error: 'timeout' };

  it.each<[string, WrittenHistory, string[]]>([
    ['not answered in time', story().check(-1, 'none', [0, 3_000], silent), ['silence']],
    [
      'while the database is away',
      story().check(-1, 'none', [0, 3_000], silent).fault('database-stop', [0, 3_000]),
      ['silence'],
    ],
    [
      'while its node stands still',
      story().check(-1, 'none', [0, 3_000], silent).fault('node-pause', [0, 3_000], { node: 0 }),
      [],
    ],
    [
      'while another node does',
      story().check(-1, 'none', [0, 3_000], silent).fault('node-pause', [0, 3_000], { node: 1 }),
      ['silence', 'others-struck'],
    ],
    ['neither alive nor dead', story().check(-1, 'none', [0, 1], { status: 404 }), ['bad-answer']],
    ['that it is not known', story().check(-1, 'none', [0, 1], { status: 503 }), []],
    [
      'a node that is not heard in the end',
      story()
        .login(1, [0, 1], { node: 1 })
        .phase('verify', LATER)
        .check(1, 'live', [LATER, LATER + 1], { node: 0 }),
      ['silent-node'],
    ],
  ])('%s', async (_, history, kinds) => {
    expect(await kindsIn(history)).toEqual(kinds);
  });
});

describe('V5 V6 V7', () => {
  it.each<[string, WrittenHistory]>([
    ['wrong-user', story().login(1, [0, 1]).check(1, 'live', [10, 11], { named: 3 })],
    ['wrong-user', story().login(1, [0, 1]).check(1, 'live', [10, 11], { named: null })],
    ['never-issued', story().check(-1, 'live', [10, 11])],
    ['repeated-token', story().login(1, [0, 1]).login(1, [5, 6])],
    ['bad-answer', story().login(1, [0, 1]).check(1, 'none', [10, 11], { status: 500, fault: 'internal error' })],
    ['refused-login', story().failedLogin('refused', [10, 11], { password: 0 })],
  ])('%s', async (kind, history) => {
    expect(await kindsIn(history)).toEqual([kind]);
  });
});

describe('V8 events', () => {
  const ended = () => story().login(1, [0, 1]).deed('logout', 'done', [10, 11], { token: 1 }).phase('healed', 1_000);
  const first = { type: 'session.started' };

  it.each<[string, WrittenHistory, string[]]>([
    ['told once and heard once', ended().event('table', '5', 's1').event('stream', '5', 's1', { at: 900 }), []],
    ['heard twice', ended().event('table', '5', 's1').event('poll', '5', 's1').event('poll', '5', 's1'), []],
    ['without an event', ended().event('table', '4', 's1', first), ['no-event']],
    ['two events', ended().event('table', '5', 's1').event('table', '6', 's1'), ['event-repeated']],
    [
      'not heard',
      ended().event('table', '4', 's1', first).event('table', '5', 's1').event('stream', '4', 's1', first),
      ['event-unheard'],
    ],
    ['heard late', ended().event('table', '5', 's1').event('stream', '5', 's1', { at: 31_001 }), ['event-late']],
    [
      'heard in another order',
      ended()
        .event('table', '4', 's1', first)
        .event('table', '5', 's1')
        .event('stream', '5', 's1')
        .event('stream', '4', 's1', first),
      ['event-order'],
    ],
    [
      'heard, and not in the log',
      ended().event('table', '5', 's1').event('poll', '5', 's1').event('poll', '6', 's1'),
      ['event-unknown'],
    ],
    [
      'another one under the same id',
      ended().event('table', '5', 's1').event('poll', '5', 's1').event('poll', '5', 's2'),
      ['event-changed'],
    ],
    [
      'heard soon after it happened',
      ended().event('table', '5', 's1', { occurredAt: 20_000 }).event('stream', '5', 's1', { at: 31_001 }),
      [],
    ],
    ['nobody ended it', story().login(1, [0, 1]).event('table', '5', 's1'), ['event-without-ending']],
    [
      'heard soon after it happened',
      ended().event('table', '5', 's1', { occurredAt: 20_000 }).event('stream', '5', 's1', { at: 31_001 }),
      [],
    ],
    ['an expiry', story().login(1, [0, 1]).event('table', '5', 's1', { cause: 'idle' }), []],
    [
      'alive',
      story()
        .login(1, [0, 1])
        .deed('logout', 'unknown', [10, 3_010], { token: 1 })
        .event('table', '5', 's1')
        .phase('verify', 5_000)
        .check(1, 'live', [5_001, 5_002]),
      ['event-of-living'],
    ],
    [
      'a rotation may have made the logout one of nothing',
      story()
        .login(1, [0, 1])
        .rotate(1, 2, [5, 20])
        .deed('logout', 'done', [10, 11], { token: 1 })
        .event('table', '4', 's1', first),
      [],
    ],
  ])('%s', async (_, history, kinds) => {
    expect(await kindsIn(history)).toEqual(kinds);
  });
});

describe('V9 clean stops', () => {
  const stopped = (detail: object) =>
    story().fault('node-stop', [1_000, 3_000], {
      node: 1,
      detail: { exitCode: 0, exitedAt: 3_500, tookMs: 2_500, ...detail },
    });
  const cut = { status: null, node: 1 };

  it.each<[string, WrittenHistory, string[]]>([
    ['cut off', stopped({}).check(-1, 'none', [1_500, 2_500], { ...cut, error: 'ECONNRESET' }), ['reset-at-stop']],
    ['never accepted', stopped({}).check(-1, 'none', [2_600, 2_601], { ...cut, error: 'ECONNREFUSED' }), []],
    [
      'at another node',
      stopped({}).check(-1, 'none', [1_500, 2_500], { ...cut, node: 2, error: 'ECONNRESET' }),
      ['others-struck'],
    ],
    ['not in good order', stopped({ exitCode: 1 }), ['unclean-stop']],
    ['too long', stopped({ tookMs: 15_001 }), ['unclean-stop']],
    ['had to be killed', stopped({ exitCode: null }), ['unclean-stop']],
    [
      'at once, as the drained node closed',
      stopped({}).check(-1, 'none', [3_010, 3_020], { ...cut, error: 'ECONNRESET' }),
      [],
    ],
    [
      'at once, while it takes in whatever comes',
      stopped({}).check(-1, 'none', [2_100, 2_110], { ...cut, error: 'ECONNRESET' }),
      ['reset-at-stop'],
    ],
  ])('%s', async (_, history, kinds) => {
    expect(await kindsIn(history)).toEqual(kinds);
  });
});

it('a node that ended unasked', async () => {
  const history = story();
  history.lines.push({ of: 'death', node: 1, at: 5, words: 'exit code 1: out of memory' });

  expect(await kindsIn(history)).toEqual(['node-died']);
});

it('counts what could have shown something', async () => {
  const { lines } = story()
    .login(1, [0, 1])
    .check(1, 'live', [2, 3], { named: 0 })
    .deed('logout', 'done', [10, 14], { token: 1 })
    .check(1, 'live', [11, 12])
    .check(1, 'dead', [15, 16])
    .check(1, 'dead', [80, 81])
    .check(-1, 'dead', [90, 91]);

  const { counts, surfaces } = await check(lines);

  expect(counts).toMatchObject({ operations: 7, beforeDeath: 1, afterDeath: 2, closeAfterDeath: 1, neverIssued: 1 });
  expect(counts).toMatchObject({ named: 1, endings: 1, endingsDone: 1, raced: 1, racingReadings: 1 });
  expect(surfaces).toEqual({ native: 2 });
});
