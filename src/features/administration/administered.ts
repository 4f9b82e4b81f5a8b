import { Injectable } from '@nestjs/common';
import { ApplicationService } from '../../application/application.service.js';
import { DomainError } from '../../errors/domain.error.js';
import type { Principal } from '../../session/principal.js';

/** Which applications an administrator may look after: those of the first one all of them, the others their own. */
@Injectable()
export class Administered {
  constructor(private readonly applications: ApplicationService) {}

  /** The application asked for; left out, the administrator's own. Refuses FORBIDDEN for another's, NOT_FOUND for none. */
  async application({ applicationId: own }: Principal, asked: string | undefined = own): Promise<string> {
    if (asked === own) return own;
    if (!(await this.isHome(own))) throw notTheirs();
    if (!(await this.applications.exists(asked))) throw new DomainError('NOT_FOUND', 'No such application.');
    return asked;
  }

  /** Refuses FORBIDDEN to administrators of any but the first application. */
  async all({ applicationId }: Principal): Promise<void> {
    if (!(await this.isHome(applicationId))) throw notTheirs();
  }

  /** Refuses FORBIDDEN where an administrator would shut out everyone, themselves first. */
  another({ applicationId }: Principal, asked: string): void {
    if (asked === applicationId) throw new DomainError('FORBIDDEN', 'You would shut yourself out.');
  }

  private async isHome(id: string): Promise<boolean> {
    return (await this.applications.findHome())?.id === id;
  }
}

function notTheirs(): DomainError {
  return new DomainError('FORBIDDEN', 'This is for administrators of the first application.');
}
