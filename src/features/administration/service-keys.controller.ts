import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiBody, ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { Administered } from '../../auth/administered.js';
import type { Administrator } from '../../auth/administrator.js';
import { CurrentAdministrator, ForAdministrators } from '../../auth/for-administrators.decorator.js';
import { DomainError } from '../../errors/domain.error.js';
import { Refuses, UNREADABLE } from '../../errors/refuses.decorator.js';
import { IdPath } from '../../http/id-path.dto.js';
import { PageQuery } from '../../http/page.dto.js';
import { ServiceKeyService } from '../../service-key/service-key.service.js';
import { KeyReach, outlives } from './key-reach.js';
import {
  MintedServiceKeyAnswer,
  NewServiceKeyBody,
  RotationBody,
  ServiceKeyAnswer,
  ServiceKeyChangesBody,
  ServiceKeysAnswer,
} from './service-keys.dto.js';

const EXAMPLES = {
  asking: { summary: 'For a gateway that asks about tokens', value: { name: 'Gateway', scopes: ['introspect'] } },
  listening: {
    summary: 'For a service that listens for endings, of all applications',
    value: { name: 'Mailer', scopes: ['events'], applicationId: null },
  },
  scraping: { summary: 'For Prometheus', value: { name: 'Prometheus', scopes: ['metrics'], applicationId: null } },
};

const CHANGES = {
  scopes: { summary: 'Open more, or less', value: { scopes: ['introspect', 'events'] } },
  name: { summary: 'Rename', value: { name: 'Gateway, new' } },
  end: { summary: 'End it later', value: { expiresAt: '2027-11-20T18:00:00.000Z' } },
};

/** Keys of other services. Each change acts on the next request. */
@ApiTags('Service keys')
@Controller('api/v1/admin/service-keys')
@ForAdministrators('admin')
export class ServiceKeysController {
  constructor(
    private readonly administered: Administered,
    private readonly reach: KeyReach,
    private readonly keys: ServiceKeyService,
  ) {}

  /** Make a service key. */
  @Post()
  @ApiBody({ type: NewServiceKeyBody, examples: EXAMPLES })
  @ApiCreatedResponse({ type: MintedServiceKeyAnswer, description: 'Made. The key is shown here, and never again.' })
  @Refuses(...UNREADABLE, 'ORIGIN_REFUSED', 'NOT_FOUND', outlives())
  async create(
    @Body() { name, scopes, applicationId: asked, expiresAt }: NewServiceKeyBody,
    @CurrentAdministrator() administrator: Administrator,
  ): Promise<MintedServiceKeyAnswer> {
    if (asked === null) await this.administered.all(administrator);
    const applicationId = asked === null ? null : await this.administered.application(administrator, asked);
    const wanted = { name, scopes, applicationId, expiresAt: futureOrNull(expiresAt) };
    await this.reach.within(administrator, wanted);
    return MintedServiceKeyAnswer.ofMinted(await this.keys.create(wanted));
  }

  /** The service keys, newest first. */
  @ForAdministrators('admin', ['auditor'])
  @Get()
  @ApiOkResponse({ type: ServiceKeysAnswer, description: 'One page of them.' })
  @Refuses('VALIDATION_FAILED')
  async list(
    @Query() { limit = 50, after }: PageQuery,
    @CurrentAdministrator() administrator: Administrator,
  ): Promise<ServiceKeysAnswer> {
    const found = await this.keys.list(limit + 1, await this.administered.bounds(administrator), after);
    const page = found.slice(0, limit);
    return {
      serviceKeys: page.map((key) => ServiceKeyAnswer.of(key)),
      next: found.length > limit ? page.at(-1)!.id : null,
    };
  }

  /** One service key. */
  @ForAdministrators('admin', ['auditor'])
  @Get(':id')
  @ApiOkResponse({ type: ServiceKeyAnswer, description: 'The service key.' })
  @Refuses('VALIDATION_FAILED', 'NOT_FOUND')
  async read(@Param() { id }: IdPath, @CurrentAdministrator() administrator: Administrator): Promise<ServiceKeyAnswer> {
    return ServiceKeyAnswer.of(await this.keys.get(id, await this.administered.bounds(administrator)));
  }

  /** Rename a service key, or change what it opens and until when. It holds from the next request on. */
  @Patch(':id')
  @ApiBody({ type: ServiceKeyChangesBody, examples: CHANGES })
  @ApiOkResponse({ type: ServiceKeyAnswer, description: 'The service key as it is now.' })
  @Refuses(...UNREADABLE, 'ORIGIN_REFUSED', 'NOT_FOUND', outlives())
  async change(
    @Param() { id }: IdPath,
    @Body() { name, scopes, expiresAt }: ServiceKeyChangesBody,
    @CurrentAdministrator() administrator: Administrator,
  ): Promise<ServiceKeyAnswer> {
    const bounds = await this.administered.bounds(administrator);
    const changes = {
      ...(name !== undefined && { name }),
      ...(scopes !== undefined && { scopes }),
      ...(expiresAt !== undefined && { expiresAt: futureOrNull(expiresAt) }),
    };
    await this.reach.within(administrator, { ...(await this.keys.get(id, bounds)), ...changes });
    return ServiceKeyAnswer.of(await this.keys.change(id, changes, bounds));
  }

  /** Give a service key a new secret. The old one may go on for a while. */
  @Post(':id/rotate')
  @HttpCode(200)
  @ApiOkResponse({ type: MintedServiceKeyAnswer, description: 'Rotated. The key is shown here, and never again.' })
  @Refuses(...UNREADABLE, 'ORIGIN_REFUSED', 'NOT_FOUND', outlives())
  async rotate(
    @Param() { id }: IdPath,
    @Body() { overlapSeconds = 0 }: RotationBody,
    @CurrentAdministrator() administrator: Administrator,
  ): Promise<MintedServiceKeyAnswer> {
    const bounds = await this.administered.bounds(administrator);
    await this.reach.over(administrator, id, bounds);
    return MintedServiceKeyAnswer.ofMinted(await this.keys.rotate(id, overlapSeconds, bounds));
  }

  /** End a service key. From the next request on it opens nothing. */
  @Delete(':id')
  @HttpCode(204)
  @ApiNoContentResponse({ description: 'Ended.' })
  @Refuses('VALIDATION_FAILED', 'ORIGIN_REFUSED', 'NOT_FOUND')
  async end(@Param() { id }: IdPath, @CurrentAdministrator() administrator: Administrator): Promise<void> {
    await this.keys.end(id, await this.administered.bounds(administrator));
  }
}

function futureOrNull(text: string | null | undefined): Date | null {
  if (text === undefined || text === null) return null;
  const instant = new Date(text);
  if (instant.getTime() > Date.now()) return instant;
  const fault = { field: 'expiresAt', message: 'must lie ahead' };
  throw new DomainError('VALIDATION_FAILED', `${fault.field}: ${fault.message}`, { faults: [fault] });
}
