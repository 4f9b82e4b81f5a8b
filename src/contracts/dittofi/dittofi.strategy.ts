import { Carriers, cookie } from '../../auth/carriers.js';
import { SessionStrategy } from '../../auth/session.strategy.js';

export const DITTOFI = 'dittofi';
export const DITTOFI_COOKIE = 'session-key';

/** This wire carries the token in one cookie. Its frontends may add a bearer token of another backend: it is not looked at. */
export const DITTOFI_CARRIERS = new Carriers(cookie(DITTOFI_COOKIE));

export class DittofiStrategy extends SessionStrategy(DITTOFI, DITTOFI_CARRIERS, DITTOFI) {}
