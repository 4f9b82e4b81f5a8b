const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;

/** Whether what was typed names a thing by its id, and not by its name. */
export function isId(text: string): boolean {
  return UUID.test(text);
}
