import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository } from 'typeorm';
import { v7 as freshId } from 'uuid';
import { DomainError } from '../errors/domain.error.js';
import { ApplicationKey } from './application-key.entity.js';
import { Application } from './application.entity.js';

/** Finds and makes tenants. Nothing is kept between requests, so that each change acts on the next one. */
@Injectable()
export class ApplicationService {
  constructor(@InjectRepository(Application) private readonly applications: Repository<Application>) {}

  /** The first application: whose users log in where a request names no application. */
  async home(): Promise<Application> {
    const home = await this.findHome();
    if (!home) throw new DomainError('INTERNAL', 'There is no application.');
    return home;
  }

  async findHome(): Promise<Application | undefined> {
    const [first] = await this.applications.find({ order: { createdAt: 'ASC', id: 'ASC' }, take: 1 });
    return first;
  }

  /** The id is the server's unless an operator brings one along. */
  async create({ id = freshId(), name, key }: { id?: string; name: string; key: string }): Promise<{ id: string }> {
    await this.applications.manager.transaction(async (manager) => {
      await manager.insert(Application, { id, name });
      await manager.insert(ApplicationKey, { applicationId: id, key });
    });
    return { id };
  }
}
