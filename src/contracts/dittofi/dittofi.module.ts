import { Module } from '@nestjs/common';
import { AuthModule } from '../../auth/auth.module.js';
import { isCrossOrigin } from '../../auth/cross-origin.js';
import { SessionCookie } from '../../auth/session-cookie.js';
import { ENVIRONMENT } from '../../environment/environment.module.js';
import type { Environment } from '../../environment/environment.js';
import { DittofiController, DittofiTerms } from './dittofi.controller.js';
import { DITTOFI_COOKIE, DittofiStrategy } from './dittofi.strategy.js';

// Frontends on a listed origin of another site need SameSite=None; everyone else is safer with Lax.
const terms = ({ BASE_URL }: Environment): DittofiTerms =>
  new DittofiTerms(
    new SessionCookie(DITTOFI_COOKIE, { isSecure: BASE_URL.startsWith('https:'), isCrossSite: isCrossOrigin }),
  );

/** The Dittofi wire. */
@Module({
  imports: [AuthModule],
  controllers: [DittofiController],
  providers: [DittofiStrategy, { provide: DittofiTerms, inject: [ENVIRONMENT], useFactory: terms }],
})
export class DittofiModule {}
