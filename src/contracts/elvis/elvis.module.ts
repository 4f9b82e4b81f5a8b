import { Module } from '@nestjs/common';
import { AuthModule } from '../../auth/auth.module.js';
import { isCrossOrigin } from '../../auth/cross-origin.js';
import { ENVIRONMENT } from '../../environment/environment.module.js';
import type { Environment } from '../../environment/environment.js';
import { ElvisLogoutController } from './elvis-logout.controller.js';
import { ElvisRedirectController } from './elvis-redirect.controller.js';
import { ElvisStandingController } from './elvis-standing.controller.js';
import { ElvisTerms } from './elvis-terms.js';
import { ElvisController } from './elvis.controller.js';
import { ElvisStrategy } from './elvis.strategy.js';

// Pages on a listed origin of another site need SameSite=None; everyone else is safer with Lax.
const terms = ({ BASE_URL }: Environment): ElvisTerms =>
  new ElvisTerms({ isSecure: BASE_URL.startsWith('https:'), isCrossSite: isCrossOrigin });

/** The Elvis wire. */
@Module({
  imports: [AuthModule],
  controllers: [ElvisController, ElvisLogoutController, ElvisStandingController, ElvisRedirectController],
  providers: [ElvisStrategy, { provide: ElvisTerms, inject: [ENVIRONMENT], useFactory: terms }],
})
export class ElvisModule {}
