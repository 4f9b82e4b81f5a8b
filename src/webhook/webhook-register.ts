import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { IsNull, LessThan, Not, Repository } from 'typeorm';
import { v7 as freshId } from 'uuid';
import { sqlOf } from '../database/background-store.js';
import { DomainError } from '../errors/domain.error.js';
import { AddressRule } from './address-rule.js';
import { WebhookEndpoint } from './webhook-endpoint.entity.js';
import type { EndpointChanges, EndpointWithSecret, KnownEndpoint, NewEndpoint } from './webhook-facts.js';
import { WebhookListening } from './webhook-listening.js';
import { WebhookQueue } from './webhook-queue.js';
import { WebhookQuiet } from './webhook-quiet.js';
import { freshSecret } from './webhook-secret.js';
import { acceptedUrl } from './webhook-url.js';

const MAX_ENDPOINTS = 50;
/**
 * Makes and changes endpoints. `only` is the application to which the caller is kept, undefined for one who looks after all:
 * an endpoint of another application, or of every one, is NOT_FOUND to whoever is kept to one (S8).
 */
@Injectable()
export class WebhookRegister {
  constructor(
    @InjectRepository(WebhookEndpoint) private readonly endpoints: Repository<WebhookEndpoint>,
    private readonly listening: WebhookListening,
    private readonly queue: WebhookQueue,
    private readonly quiet: WebhookQuiet,
    private readonly addresses: AddressRule,
  ) {}

  /** It gets what happens from now on. Refuses VALIDATION_FAILED for its URL, and where the application has fifty already. */
  async create({ applicationId, secret = freshSecret(), ...rest }: NewEndpoint): Promise<EndpointWithSecret> {
    const url = acceptedUrl(rest.url, this.addresses);
    const id = freshId();
    await this.listening.begin(async (manager, since) => {
      const ofApplication = { applicationId: applicationId ?? IsNull(), status: Not('deleted' as const) };
      if ((await manager.countBy(WebhookEndpoint, ofApplication)) >= MAX_ENDPOINTS) throw tooMany();
      await manager.insert(WebhookEndpoint, { ...rest, id, applicationId, url, secret, since });
    });
    return { ...(await this.get(undefined, id)), secret };
  }

  /** Newest first; `before` is the id of the last one already seen. */
  async list(only: string | undefined, limit: number, before?: string): Promise<KnownEndpoint[]> {
    return (await this.endpoints.find({
      where: { ...whoseOf(only), ...(before !== undefined && { id: LessThan(before) }) },
      order: { id: 'DESC' },
      take: limit,
    })) as KnownEndpoint[];
  }

  /** Refuses NOT_FOUND. */
  async get(only: string | undefined, id: string, manager = this.endpoints.manager): Promise<KnownEndpoint> {
    const endpoint = await manager.findOneBy(WebhookEndpoint, { ...whoseOf(only), id });
    if (!endpoint) throw notFound();
    return endpoint as KnownEndpoint;
  }

  /** What waits is sent to the new URL. Disabled: nothing is sent once this has resolved, and what waits goes on waiting. Refuses NOT_FOUND and VALIDATION_FAILED. */
  async change(only: string | undefined, id: string, changes: EndpointChanges): Promise<KnownEndpoint> {
    const { status } = await this.get(only, id);
    const set = { ...changes, ...(changes.url !== undefined && { url: acceptedUrl(changes.url, this.addresses) }) };
    if (set.status === 'active' && status !== 'active') await this.enable(id, set);
    else await this.update(id, { ...set, ...(set.status === 'disabled' && { disabledBy: 'administrator' }) });
    if (set.status === 'disabled') await this.quiet.untilQuiet(id);
    return this.get(only, id);
  }

  /** Nothing is sent once this has resolved; its log goes with it. Refuses NOT_FOUND. */
  async remove(only: string | undefined, id: string): Promise<void> {
    await this.get(only, id);
    await this.update(id, { status: 'deleted', secret: '', previousSecret: null, previousSecretUntil: null });
    await this.quiet.untilQuiet(id);
  }

  /** The secret until now signs beside the new one for so many seconds. Refuses NOT_FOUND. */
  async rotate(
    only: string | undefined,
    id: string,
    overlapSeconds: number,
    secret = freshSecret(),
  ): Promise<EndpointWithSecret> {
    await this.get(only, id);
    const until = `now() + ${Math.trunc(overlapSeconds)} * interval '1 second'`;
    await this.update(id, { previousSecret: () => 'secret', previousSecretUntil: () => until, secret });
    return { ...(await this.get(only, id)), secret };
  }

  private async enable(id: string, changes: EndpointChanges): Promise<void> {
    await this.listening.begin(async (manager, since) => {
      await this.update(id, { ...changes, status: 'active', disabledBy: null, since }, manager);
      await this.queue.enqueue(sqlOf(manager), [id]);
    });
  }

  private async update(id: string, changes: object, manager = this.endpoints.manager): Promise<void> {
    const set = { ...changes, updatedAt: () => 'now()' };
    const { affected } = await manager.update(WebhookEndpoint, { id, status: Not('deleted' as const) }, set);
    if (!affected) throw notFound();
  }
}

function whoseOf(only: string | undefined) {
  return { status: Not('deleted' as const), ...(only !== undefined && { applicationId: only }) };
}

function notFound(): DomainError {
  return new DomainError('NOT_FOUND', 'No such webhook.');
}

function tooMany(): DomainError {
  return new DomainError('VALIDATION_FAILED', `An application has at most ${MAX_ENDPOINTS} webhooks.`);
}
