/** The one form under which an identity is stored and found: lower-cased and NFC. Undefined for what can be no name at all. */
export function identityName(text: string): string | undefined {
  const name = text.normalize('NFC').toLowerCase().normalize('NFC');
  return name.length > 0 && Buffer.byteLength(name) <= 1_024 && !/\p{Cc}/u.test(name) && name.isWellFormed()
    ? name
    : undefined;
}
