import type { KnownApplication } from '../../application/application-facts.js';
import type { KeyKind } from '../../application/application-keys.js';

const REST = 'RestUser';
const PLATFORMS: Partial<Record<KeyKind, string>> = {
  actionscript: 'ActionScriptUser',
  android: 'AndroidUser',
  dotnet: 'DotNetUser',
  ios: 'IOSUser',
  js: 'JSUser',
  server: 'ServerCodeUser',
};

/** Whether someone is logged in, by which kind of client they ask, and the roles that they were given; none for a stranger. */
export function rolesOf({ keyKind }: KnownApplication, given?: readonly string[]): string[] {
  const platform = (keyKind && PLATFORMS[keyKind]) ?? REST;
  return [given ? 'AuthenticatedUser' : 'NotAuthenticatedUser', platform, ...(given ?? [])];
}

/** True for a request that came with the key of server code, which may do what users may not. */
export function isServer({ keyKind }: KnownApplication): boolean {
  return keyKind === 'server';
}
