/** The part of a history that shows what went wrong: what happened to the token, or to the session, around that moment. */

/** @typedef {import('./history.js').Line} Line */
/** @typedef {import('./judge-readings.js').Finding} Finding */

/** So many findings get one; more nobody reads. */
const FIRST = 5;
const AROUND_MS = 1_500;
const MOST_LINES = 24;
/** So many are looked through for them. */
const MOST_KEPT = 2_000;

/**
 * The findings, the first few with their excerpt: those that show it, others of the same token near the last of them, and the
 * faults at that time.
 *
 * @param {import('./history.js').History} history
 * @param {Finding[]} findings
 * @returns {Promise<(Finding & { excerpt: Line[] })[]>}
 */
export async function excerptsOf(history, findings) {
  const shown = findings.map((finding) => ({ ...finding, excerpt: /** @type {Line[]} */ ([]) }));
  const first = shown.slice(0, FIRST);
  if (first.length === 0) return shown;
  for await (const line of history) for (const finding of first) if (belongs(line, finding)) add(finding.excerpt, line);
  for (const finding of first) finding.excerpt = nearest(finding);
  return shown;
}

/**
 * @param {Line} line
 * @param {Finding} finding
 */
function belongs(line, { by, token, session }) {
  const last = by.at(-1);
  if (!last || line.of === 'phase' || line.of === 'death') return false;
  if (line.of === 'event') return line.source === 'table' && line.session === session;
  if (line.of === 'fault') return line.from < last.t1 + AROUND_MS && line.until > last.t0 - AROUND_MS;
  const isNear = line.t0 < last.t1 + AROUND_MS && line.t1 > last.t0 - AROUND_MS;
  if (by.some((op) => isSame(line, op))) return true;
  return (
    isNear && ((token !== undefined && line.token === token) || (session !== undefined && line.target === session))
  );
}

/**
 * @param {Line[]} excerpt
 * @param {Line} line
 */
function add(excerpt, line) {
  if (excerpt.length < MOST_KEPT) excerpt.push(line);
}

/**
 * The lines that show it and those nearest to the last of these, in their order.
 *
 * @param {Finding & { excerpt: Line[] }} finding
 * @returns {Line[]}
 */
function nearest({ by, excerpt }) {
  const wrongAt = by.at(-1)?.t0 ?? 0;
  const others = excerpt
    .filter((line) => !by.some((op) => isSame(line, op)))
    .toSorted((one, other) => Math.abs(startOf(one) - wrongAt) - Math.abs(startOf(other) - wrongAt));
  const kept = [...by, ...others.slice(0, MOST_LINES)];
  return kept.toSorted((one, other) => startOf(one) - startOf(other));
}

/**
 * @param {Line} one
 * @param {Line} other
 */
function isSame(one, other) {
  return (
    one.of === 'operation' &&
    other.of === 'operation' &&
    one.t0 === other.t0 &&
    one.t1 === other.t1 &&
    one.token === other.token &&
    one.surface === other.surface
  );
}

/** @param {Line} line */
function startOf(line) {
  return line.of === 'operation' ? line.t0 : line.of === 'fault' ? line.from : line.at;
}
