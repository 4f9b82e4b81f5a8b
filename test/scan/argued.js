/** Findings of wapiti that stay, each with its reason; docs/security.md says them at length. */

/** @typedef {import('./wapiti-report.js').Finding} Finding */
/** @typedef {{ covers: (finding: Finding) => boolean, why: string }} Argument */

/**
 * One finding, on the pages for which the reason holds.
 *
 * @param {string} info
 * @param {string} why
 * @param {string[]} paths
 * @returns {Argument}
 */
const argued = (info, why, paths) => ({
  covers: (finding) => finding.info === info && paths.includes(finding.path),
  why,
});

export const ARGUED = [
  argued('X-Frame-Options is not set', 'argued: `frame-ancestors` of the policy says it', ['/']),
  argued('X-XSS-Protection is not set', 'argued: no browser of today reads it', ['/']),
  argued('Strict-Transport-Security is not set', 'argued: sent where `BASE_URL` is https', ['/']),
  argued(
    'Lack of anti CSRF token',
    'argued: the code in the form is the secret, and the origin gate stands before it',
    ['/password'],
  ),
];
