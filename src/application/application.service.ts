import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository } from 'typeorm';
import { DomainError } from '../errors/domain.error.js';
import { Application } from './application.entity.js';

/** Finds tenants. Nothing is kept between requests, so that each change acts on the next one. */
@Injectable()
export class ApplicationService {
  constructor(@InjectRepository(Application) private readonly applications: Repository<Application>) {}

  /** Refuses APPLICATION_UNKNOWN for one that is not there, or disabled. */
  async getActive(id: string): Promise<Application> {
    const application = await this.applications.findOneBy({ id, status: 'active' });
    if (!application) throw new DomainError('APPLICATION_UNKNOWN', 'There is no such application.');
    return application;
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
