import { BackendlessRefusal } from './backendless-refusal.js';
import type { Members } from './backendless-body.pipe.js';

/** Properties that are the server's own: clients send them back with the object, and they are not looked at. */
const OWN = new Set([
  '___class',
  'created',
  'lastLogin',
  'objectId',
  'ownerId',
  'password',
  'socialAccount',
  'updated',
  'user-token',
  'userStatus',
]);
const MAX_NAME = 64;
const MAX_TEXT = 4_000;
const MAX_SHORT_TEXT = 254;
const MAX_BYTES = 65_536;

/** True for a property that no client sets. */
export function isOwn(name: string): boolean {
  return OWN.has(name);
}

/** What of a body is kept as the user's properties: not the server's own, not the name, and not what is named here. */
export function keptBeside(body: Members, names: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(body).filter(([name]) => !OWN.has(name) && name !== 'name' && !names.includes(name)),
  );
}

/** A user's properties with those that change. Refuses 8000 where all of them together are more than what is kept. */
export function mergedProperties(
  now: Readonly<Record<string, unknown>>,
  changes: Record<string, unknown>,
): Record<string, unknown> {
  const merged = { ...now, ...changes };
  if (Buffer.byteLength(JSON.stringify(merged)) > MAX_BYTES)
    throw new BackendlessRefusal(8000, 'The properties of this user are too long');
  return merged;
}

/** Refuses 3039 for the property `id`, and 8000 for a name or a text that is longer than what is kept. */
export function refuseUnfit(body: Members): void {
  if ('id' in body) throw new BackendlessRefusal(3039, 'The property id is not allowed');
  for (const [name, value] of Object.entries(body)) {
    if (name.length > MAX_NAME) throw new BackendlessRefusal(8000, 'The name of a property is too long');
    if (name.includes('\0')) throw unspeakable();
    if (!OWN.has(name)) refuseUnfitValue(name, value);
  }
}

/** Text or null; undefined where the body has none. Refuses 3038 for anything else, and 8000 for too much. */
export function textOf(value: unknown, name: string): string | null | undefined {
  if (value === undefined || value === null) return value;
  if (typeof value !== 'string') throw new BackendlessRefusal(3038, `The value of ${name} is no text`);
  if (value.length > MAX_SHORT_TEXT) throw new BackendlessRefusal(8000, `The value of ${name} is too long`);
  return value;
}

function refuseUnfitValue(name: string, value: unknown): void {
  if (typeof value === 'string') {
    if (value.length > MAX_TEXT) throw new BackendlessRefusal(8000, `The value of ${name} is too long`);
    if (value.includes('\0')) throw unspeakable();
  }
  if (typeof value !== 'object' || value === null) return;
  for (const [key, member] of Object.entries(value)) {
    if (key.includes('\0')) throw unspeakable();
    refuseUnfitValue(name, member);
  }
}

// PostgreSQL keeps every character of a text but this one.
function unspeakable(): BackendlessRefusal {
  return new BackendlessRefusal(3038, 'A name or a text holds the character U+0000');
}
