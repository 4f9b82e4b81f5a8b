import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository } from 'typeorm';
import { Store, type Statement } from '../database/store.js';
import { DomainError } from '../errors/domain.error.js';
import type { LoginRules } from './application-facts.js';
import { Application } from './application.entity.js';

// Asked twice by every login: prepared once, and no wider than it must be.
const LOGIN_RULES: Statement = {
  name: 'application-login-rules',
  text: `
    select session_lifetime, session_idle, session_limit, at_session_limit, lock_after, lock_seconds
    from applications where id = $1 and status = 'active'`,
};

/** Finds tenants. Nothing is kept between requests, so that each change acts on the next one. */
@Injectable()
export class ApplicationService {
  constructor(
    @InjectRepository(Application) private readonly applications: Repository<Application>,
    private readonly store: Store,
  ) {}

  /** Refuses APPLICATION_UNKNOWN for one that is not there, or disabled. */
  async getActive(id: string): Promise<Application> {
    const application = await this.applications.findOneBy({ id, status: 'active' });
    if (!application) throw unknownApplication();
    return application;
  }

  /** Refuses as `getActive` does. */
  async getLoginRules(id: string): Promise<LoginRules> {
    const [row] = await this.store.run(LOGIN_RULES, [id]);
    if (!row) throw unknownApplication();
    const [sessionLifetime, sessionIdle, sessionLimit, atSessionLimit, lockAfter, lockSeconds] = row;
    return {
      sessionLifetime: numberOf(sessionLifetime),
      sessionIdle: numberOf(sessionIdle),
      sessionLimit: numberOf(sessionLimit),
      atSessionLimit: atSessionLimit as LoginRules['atSessionLimit'],
      lockAfter: numberOf(lockAfter),
      lockSeconds: Number(lockSeconds),
    };
  }

  /** Disabled or not. */
  exists(id: string): Promise<boolean> {
    return this.applications.existsBy({ id });
  }

  /** Names of active applications whose endpoints pages of every origin may call; the first ten of them. */
  async namesWithUnlistedEndpoints(): Promise<string[]> {
    const found = await this.applications
      .createQueryBuilder('application')
      .where(`status = 'active' and endpoints <> '{}' and allowed_origins = '{}'`)
      .orderBy({ created_at: 'ASC', id: 'ASC' })
      .limit(10)
      .getMany();
    return found.map(({ name }) => name);
  }

  /** The first application: it answers where a request names none, and its administrators are the server's. */
  async findHome(): Promise<Application | undefined> {
    const [first] = await this.applications.find({ order: { createdAt: 'ASC', id: 'ASC' }, take: 1 });
    return first;
  }
}

function unknownApplication(): DomainError {
  return new DomainError('APPLICATION_UNKNOWN', 'There is no such application.');
}

function numberOf(text: string | null | undefined): number | null {
  return text === null ? null : Number(text);
}
