import { Injectable } from '@nestjs/common';
import { ApplicationService } from '../application/application.service.js';
import { RedirectRule } from './redirect-rule.js';

/** Where people are sent after a logout. */
@Injectable()
export class RedirectService {
  constructor(
    private readonly applications: ApplicationService,
    private readonly rule: RedirectRule,
  ) {}

  /** The place that was asked for, where the redirect rule allows it; else the application's landing page; else `fallback`. */
  async afterLogout(applicationId: string, asked: string | undefined, fallback: string): Promise<string> {
    const { logoutTargets, landingPage } = await this.applications.getActive(applicationId);
    const target = asked === undefined ? undefined : this.rule.targetOf(asked, logoutTargets);
    return target ?? (landingPage === null ? undefined : this.rule.targetOf(landingPage, ['*'])) ?? fallback;
  }

  /** A place of our own, where a form asked for one. */
  ownPage(asked: string | undefined): string | undefined {
    return asked === undefined ? undefined : this.rule.pathOf(asked);
  }
}
