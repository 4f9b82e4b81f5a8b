import { Controller, Get, Query, Req, Res } from '@nestjs/common';
import { ApiHeader, ApiOkResponse, ApiProduces, ApiQuery, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { CurrentService } from '../../auth/current-service.decorator.js';
import { ForServices } from '../../auth/for-services.decorator.js';
import { scopeMissing } from '../../auth/required-scope.guard.js';
import { EVENT_TYPES } from '../../event/announced-event.dto.js';
import { cursorGone } from '../../event/event-log.js';
import { Refuses } from '../../errors/refuses.decorator.js';
import type { CallingService } from '../../service-key/calling-service.js';
import { EventsAnswer, EventsQuery, StreamQuery } from './events.dto.js';
import { EventsService } from './events.service.js';

const FRAME = [
  'id: 1-4711-42',
  'event: session.ended',
  'data: {"id":"42","type":"session.ended","timestamp":"2026-11-20T18:15:00.000Z","data":{"userId":"019aa3f2-7c1e-7d3a-9b1f-2f4c5d6e7f80","cause":"logout"}}',
  '',
  '',
].join('\n');

// Said by hand: clients that were made from the document would repeat the parameter, and it may be given once.
const TYPES_ONCE = {
  name: 'types',
  required: false,
  description: 'These types alone, separated by commas; all of them where it is left out.',
  style: 'form',
  explode: false,
  schema: { type: 'array', items: { type: 'string', enum: [...EVENT_TYPES] } },
} as const;

/** What happened to sessions, for services. A key of one application is told its events alone. */
@ApiTags('Services')
@Controller('api/v1/events')
@ForServices('events')
export class EventsController {
  constructor(private readonly events: EventsService) {}

  /** Events behind a cursor, or as soon as there are some. Without a cursor it answers at once with no events, and the cursor of now. */
  @Get()
  @ApiQuery(TYPES_ONCE)
  @ApiOkResponse({ type: EventsAnswer, description: 'Some of them, or none in all the time that was waited.' })
  @Refuses('VALIDATION_FAILED', scopeMissing('events'), cursorGone(), 'TOO_MANY_REQUESTS')
  async poll(
    @Query() query: EventsQuery,
    @CurrentService() service: CallingService,
    @Req() request: FastifyRequest,
  ): Promise<EventsAnswer> {
    const { events, next, hasMore } = await this.events.poll(query, service, request);
    return { events: events.map(({ event }) => event), next: String(next), hasMore };
  }

  /** Events as they happen, as server-sent events. Each carries its cursor as `id`; whoever was cut off comes again with it. A page such as this one shows nothing before the answer ends, and a stream does not: use `curl -N`, or poll. */
  @Get('stream')
  @ApiQuery(TYPES_ONCE)
  @ApiHeader({
    name: 'Last-Event-ID',
    required: false,
    description: 'The last `id` that came, such as `1-4711-42`: it counts more than `after`.',
    schema: { type: 'string' },
  })
  @ApiProduces('text/event-stream')
  @ApiOkResponse({
    description: 'Open until the client closes it, the key ends, or this node stops.',
    schema: { type: 'string', example: FRAME },
  })
  @Refuses('VALIDATION_FAILED', scopeMissing('events'), cursorGone(), 'TOO_MANY_REQUESTS')
  stream(
    @Query() query: StreamQuery,
    @CurrentService() service: CallingService,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    return this.events.stream(query, service, request, reply);
  }
}
