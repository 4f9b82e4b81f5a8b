import { bearer, Carriers, cookie } from './carriers.js';
import { NATIVE_COOKIES } from './session-cookie.js';
import { SessionStrategy } from './session.strategy.js';

/** Our own routes take any live token as bearer, and the native cookie. */
export const NATIVE_CARRIERS = new Carriers(bearer, cookie(NATIVE_COOKIES.secure), cookie(NATIVE_COOKIES.plain));

/** Passport's name of our own way. */
export const NATIVE = 'curfew';

export class NativeStrategy extends SessionStrategy(NATIVE, NATIVE_CARRIERS) {}
