/** wapiti over whatever Curfew answers as a page: as a stranger, and as someone who is logged in and was led here by another site. */
import { ARGUED } from './argued.js';
import { gatesOf, inClasses } from './node-log.js';
import { typed, versionOf } from './tools.js';
import { commandOf, pay, tokenAt } from './wapiti-visit.js';
import { WeakServer } from './weak-server.js';

/** @typedef {import('./scan.js').Context} Context */
/** @typedef {import('./wapiti-report.js').Finding} Finding */
/** @typedef {import('./wapiti-visit.js').Visit} Visit */

const PAGES = ['/password', '/logout/done', '/logout?logoutSuccessUrl=/bye', '/alive.txt?uid=1'];
/** As browsers say that a link on another site was followed: the logout then asks first. */
const LED_HERE = {
  'sec-fetch-site': 'cross-site',
  'sec-fetch-mode': 'navigate',
  'sec-fetch-dest': 'document',
  accept: 'text/html',
};
/** A page that repeats what it was told must be noticed. */
const WEAKNESS = 'Cross Site Scripting';

/** @param {Context} context @returns {Promise<import('../bench/report.js').Section>} */
export async function scanWithWapiti({ stage, log, endings, tell }) {
  const { origin, folder } = stage;
  const cookie = `authToken=${await tokenAt(stage)}`;
  /** @type {Visit[]} */
  const visits = [
    { name: 'a stranger', origin, pages: PAGES },
    { name: 'a stranger, Swagger UI', origin, pages: ['/docs'], depth: 0 },
    { name: 'on our own pages, logged in', origin, pages: PAGES, headers: { 'sec-fetch-site': 'same-origin', cookie } },
    {
      name: 'led here by another site, logged in',
      origin,
      pages: PAGES,
      headers: { ...LED_HERE, cookie },
    },
  ];
  /** @type {import('../bench/report.js').Rows} */
  const rows = {};
  /** @type {Finding[]} */
  const findings = [];
  /** @type {ReturnType<typeof inClasses>[]} */
  const visited = [];
  for (const visit of visits) {
    tell(`wapiti, ${visit.name} …`);
    const mark = await log.mark();
    const found = await pay(folder, visit);
    const answered = inClasses(await log.statusesSince(mark));
    rows[visit.name] = { ...answered, findings: found.length };
    visited.push(answered);
    findings.push(...found);
    tell(`  ${found.length} findings, ${answered.requests} requests`);
  }
  const weak = await WeakServer.start(stage.database.url);
  endings.add(() => weak.stop());
  const control = await pay(folder, { name: 'control', origin: weak.origin, pages: ['/?key=weak'] });
  rows['control: a page that repeats what it is told'] = { requests: weak.requestsFrom(''), findings: control.length };
  const told = tableOf(findings);
  const open = findings.filter((finding) => ARGUED.every(({ covers }) => !covers(finding)));
  for (const { kind, method, path, parameter, info } of open) tell(`  ${kind}: ${method} ${path} ${parameter} ${info}`);
  return {
    name: 'wapiti',
    order: 20,
    title: 'wapiti',
    command: typed('wapiti', commandOf({ name: '', origin: '$URL', pages: PAGES.slice(0, 1) }, '$FOLDER').slice(0, -2)),
    setting: `${PAGES.length} addresses and what they lead to, visited three times, Swagger UI, and a page that is open.`,
    versions: { wapiti: versionOf('wapiti') },
    gates: [
      { what: 'wapiti: findings that are neither fixed nor argued', atMost: 0, found: open.length },
      ...gatesOf('wapiti', visited),
      {
        what: 'wapiti: scripts that it could plant into the control',
        atLeast: 1,
        found: control.filter(({ kind }) => kind === WEAKNESS).length,
      },
    ],
    ratios: [],
    figures: [{ rows }, ...(findings.length > 0 ? [{ title: 'Findings', rows: told }] : [])],
    charts: [],
    notes: [],
  };
}

/** The same said of many pages is one row. @param {Finding[]} findings */
function tableOf(findings) {
  /** @type {import('../bench/report.js').Rows} */
  const rows = {};
  for (const finding of findings) {
    const { kind, info, path, parameter } = finding;
    const name = `${kind}: ${info}`;
    const argued = ARGUED.find(({ covers }) => covers(finding));
    const before = rows[name];
    const place = parameter ? `${path} (${parameter})` : path;
    const places = new Set([...(before ? String(before['where']).split(', ') : []), place]);
    rows[name] = {
      where: [...places].join(', '),
      times: Number(before?.['times'] ?? 0) + 1,
      answer: argued ? argued.why : '**open**',
    };
  }
  return rows;
}
