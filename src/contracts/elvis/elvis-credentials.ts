import { DomainError } from '../../errors/domain.error.js';
import type { ElvisParameters } from './elvis-parameters.js';

/** What someone offers to prove who they are. */
export interface ElvisCredentials {
  username: string;
  password: string;
}

const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;
const utf8 = new TextDecoder('utf-8', { fatal: true });

/** `cred` where it can be read, else the pair. Refuses CREDENTIALS_REJECTED for none, as for wrong ones. */
export function credentialsOf(parameters: ElvisParameters): ElvisCredentials {
  const cred = parameters.get('cred');
  const [username, password] = [parameters.get('username'), parameters.get('password')];
  const found = (cred && decoded(cred)) || { username, password };
  if (!isFit(found.username, 254) || !isFit(found.password, 1_024))
    throw new DomainError('CREDENTIALS_REJECTED', 'The credentials were not accepted.');
  return { username: found.username, password: found.password };
}

// In a query a plus sign means a blank: base64 has none, so each was a plus sign.
function decoded(cred: string): ElvisCredentials | undefined {
  const text = cred.replaceAll(' ', '+');
  if (!BASE64.test(text)) return undefined;
  try {
    const pair = utf8.decode(Buffer.from(text, 'base64'));
    const colon = pair.indexOf(':');
    return colon < 0 ? undefined : { username: pair.slice(0, colon), password: pair.slice(colon + 1) };
  } catch {
    return undefined;
  }
}

function isFit(text: string | undefined, maxBytes: number): text is string {
  return text !== undefined && text !== '' && Buffer.byteLength(text) <= maxBytes;
}
