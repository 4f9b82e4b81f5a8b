import { Injectable } from '@nestjs/common';
import { SessionService } from '../session/session.service.js';
import { NativeTerms } from './native-terms.js';
import { CarriedStrategy } from './session.strategy.js';

/** Passport's name of our own way. */
export const NATIVE = 'curfew';

/** Our own routes take any live token as bearer, and those that they set as cookie. */
@Injectable()
export class NativeStrategy extends CarriedStrategy {
  constructor(sessions: SessionService, { carriers }: NativeTerms) {
    super(NATIVE, carriers, sessions);
  }
}
