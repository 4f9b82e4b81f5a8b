/** Looks for secrets where none may stand. */

/** So much of each is looked for at every place of a text; a shorter one would stand anywhere. */
const START = 7;

/**
 * Those of `secrets` that stand in `text`, as they are or as JSON writes them. One walk for all of them: the log of a whole
 * run is long, and so is the list. Throws for a secret of fewer than seven characters.
 *
 * @param {string} text
 * @param {Iterable<string>} secrets
 * @returns {Set<string>}
 */
export function leakedIn(text, secrets) {
  /** @type {Map<string, { form: string, secret: string }[]>} */
  const byStart = new Map();
  for (const secret of secrets) {
    if (secret.length < START) throw new Error(`${secret.length} characters are too few to be looked for.`);
    for (const form of new Set([secret, JSON.stringify(secret).slice(1, -1)])) {
      const start = form.slice(0, START);
      byStart.set(start, [...(byStart.get(start) ?? []), { form, secret }]);
    }
  }
  /** @type {Set<string>} */
  const leaked = new Set();
  for (let at = 0; at + START <= text.length; at++)
    for (const { form, secret } of byStart.get(text.slice(at, at + START)) ?? [])
      if (text.startsWith(form, at)) leaked.add(secret);
  return leaked;
}
