import type { Principal } from '../../session/principal.js';

/** The headers that tell an upstream who is there. All of them in every answer: a proxy that copies them overwrites what a client sent. */
export function identityHeaders({
  username,
  userId,
  sessionId,
  roles,
  applicationId,
}: Pick<Principal, 'username' | 'userId' | 'sessionId' | 'roles' | 'applicationId'>): Record<string, string> {
  return {
    'X-Auth-User': headerSafe(username),
    'X-Auth-User-Id': userId,
    'X-Auth-Session': sessionId,
    'X-Auth-Roles': roles.map(headerSafe).join(','),
    'X-Auth-Application': applicationId,
  };
}

/**
 * Printable ASCII as it is; everything else, the percent sign, the comma that separates roles and a space at an end, which
 * HTTP would cut off, as percent-encoded UTF-8. `decodeURIComponent` gives the text back.
 */
export function headerSafe(text: string): string {
  return text.replaceAll(/[^\u0020-\u007e]|[%,]|^ | $/gu, (character) =>
    Buffer.from(character).toString('hex').toUpperCase().replaceAll(/../g, '%$&'),
  );
}
