import { createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { CompactEncrypt, SignJWT, UnsecuredJWT, type JWTPayload } from 'jose';

/** Catalogue group J: tokens of another make. They are signed by the server's own key where that makes them worse. */
export interface JwtRow {
  title: string;
  make: (about: About) => Promise<string>;
}

/** What an attacker would like to be believed. */
export interface About {
  key: KeyObject;
  kid: string;
  issuer: string;
  sub: string;
  sid: string;
}

const LOGOUT = 'http://schemas.openid.net/event/backchannel-logout';
const encoded = (text: string): string => Buffer.from(text).toString('base64url');

/** A logout token as OpenID Connect Back-Channel Logout 1.0 §2.4 has it; nothing is wrong with this one. */
function claims({ issuer, sub, sid }: About): JWTPayload {
  return { iss: issuer, aud: issuer, sub, sid, jti: 'one', events: { [LOGOUT]: {} } };
}

function signed(about: About, payload: JWTPayload = claims(about), header: object = {}): Promise<string> {
  return new SignJWT({ iat: seconds(), exp: seconds() + 120, ...payload })
    .setProtectedHeader({ alg: 'RS256', typ: 'logout+jwt', kid: about.kid, ...header })
    .sign(about.key);
}

const seconds = (): number => Math.floor(Date.now() / 1_000);
const without = (payload: JWTPayload, ...names: string[]): JWTPayload =>
  Object.fromEntries(Object.entries(payload).filter(([name]) => !names.includes(name)));

export const JWTS: JwtRow[] = [
  { title: 'a good one', make: (about) => signed(about) },
  { title: 'bad J1 alg none', make: async (about) => new UnsecuredJWT(claims(about)).encode() },
  {
    title: 'bad J2 HS256 with the public key',
    make: (about) =>
      new SignJWT(claims(about))
        .setProtectedHeader({ alg: 'HS256', typ: 'logout+jwt' })
        .sign(Buffer.from(createPublicKey(about.key).export({ type: 'spki', format: 'pem' }))),
  },
  { title: 'bad J3 unknown kid', make: (about) => signed(about, claims(about), { kid: 'nobody' }) },
  {
    title: 'bad J4 jku, x5u and jwk',
    make: (about) => {
      const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 });
      const header = {
        jku: 'https://e.example/jwks',
        x5u: 'https://e.example/x5u',
        jwk: publicKey.export({ format: 'jwk' }),
      };
      return signed(about, claims(about), header);
    },
  },
  { title: 'bad J5 an ID token', make: (about) => signed(about, claims(about), { typ: 'JWT' }) },
  { title: 'bad J6 with nonce', make: (about) => signed(about, { ...claims(about), nonce: 'n' }) },
  { title: 'bad J7 no events', make: (about) => signed(about, without(claims(about), 'events')) },
  { title: 'bad J7 events that are a list', make: (about) => signed(about, { ...claims(about), events: [LOGOUT] }) },
  { title: 'bad J8 neither sub nor sid', make: (about) => signed(about, without(claims(about), 'sub', 'sid')) },
  { title: 'bad J9 expired', make: (about) => signed(about, { ...claims(about), exp: seconds() - 1 }) },
  { title: 'bad J9 of tomorrow', make: (about) => signed(about, { ...claims(about), iat: seconds() + 86_400 }) },
  {
    title: 'bad J10 foreign aud and iss',
    make: (about) => signed(about, { ...claims(about), aud: 'x', iss: 'https://e.example' }),
  },
  { title: 'bad J11 the same jti again', make: (about) => signed(about) },
  {
    title: 'bad J12 one bit changed',
    make: async (about) => {
      const text = await signed(about);
      const [head, body, signature = ''] = text.split('.');
      return [head, body, (signature.startsWith('A') ? 'B' : 'A') + signature.slice(1)].join('.');
    },
  },
  { title: 'bad J13 1 MiB', make: (about) => signed(about, { ...claims(about), pad: 'x'.repeat(1_048_576) }) },
  {
    title: 'bad J14 duplicate claims',
    make: async (about) => {
      const [head, , signature] = (await signed(about)).split('.');
      return [head, encoded(`{"sub":"x","sub":"${about.sub}","sid":"${about.sid}"}`), signature].join('.');
    },
  },
  {
    title: 'bad J15 crit unknown',
    make: async (about) => {
      const [, body, signature] = (await signed(about)).split('.');
      return [encoded('{"alg":"RS256","crit":["x"],"x":1}'), body, signature].join('.');
    },
  },
  {
    title: 'bad J16 five-part JWE',
    make: (about) =>
      new CompactEncrypt(Buffer.from(JSON.stringify(claims(about))))
        .setProtectedHeader({ alg: 'dir', enc: 'A256GCM' })
        .encrypt(Buffer.alloc(32, 1)),
  },
];
