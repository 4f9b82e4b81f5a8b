/**
 * The events behind this cursor are not kept any more, or it is not of this database (410). Something may have been
 * missed: ask about the sessions that matter, and listen from now on.
 */
export class CursorGone extends Error {
  override name = 'CursorGone';
}
