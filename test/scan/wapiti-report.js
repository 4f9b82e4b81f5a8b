/** What wapiti says, as its report in JSON has it. */

/**
 * @typedef {object} Finding
 * @property {string} kind
 * @property {string} method
 * @property {string} path
 * @property {string} parameter Empty where it is about the whole page.
 * @property {string} info
 */
/** @typedef {{ method: string, path: string, info: string, parameter: string | null }} Told */
/** @typedef {Record<string, Told[]>} Kinds */

const NOTHING_MORE = '';

/**
 * Holes and oddities alike; what it merely noticed is left out.
 *
 * @param {string} text
 * @returns {Finding[]}
 */
export function readWapiti(text) {
  const { vulnerabilities, anomalies } = /** @type {{ vulnerabilities: Kinds, anomalies: Kinds }} */ (JSON.parse(text));
  return [vulnerabilities, anomalies].flatMap((kinds) =>
    Object.entries(kinds).flatMap(([kind, told]) =>
      told.map(({ method, path, parameter, info }) => ({
        kind,
        method,
        path,
        parameter: parameter ?? NOTHING_MORE,
        info,
      })),
    ),
  );
}
