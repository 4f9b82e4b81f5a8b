import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { presentedSecret } from '../../auth/service-secret.js';
import { EventLog } from '../../event/event-log.js';
import { EventPosition } from '../../event/event-position.js';
import { DomainError } from '../../errors/domain.error.js';
import { allowLonger } from '../../http/deadlines.js';
import type { CallingService } from '../../service-key/calling-service.js';
import { EventFilter } from './event-filter.js';
import { EventListeners } from './event-listeners.js';
import { EventPoll, type Polled } from './event-poll.js';
import { EventStream } from './event-stream.js';
import type { EventsQuery, StreamQuery } from './events.dto.js';
import { EventFeed } from './event-feed.js';
import { KeyClaim } from './listener-keys.js';

const STREAM_HEAD = {
  'content-type': 'text/event-stream; charset=utf-8',
  // nginx passes on at once what is not to be buffered.
  'x-accel-buffering': 'no',
  // Whoever comes again after the end comes by a new connection, and so perhaps to another node.
  connection: 'close',
};

/** Lets services listen: for once, or for long. */
@Injectable()
export class EventsService {
  constructor(
    private readonly log: EventLog,
    private readonly feed: EventFeed,
    private readonly listeners: EventListeners,
  ) {}

  /** Answers as soon as there is something, or empty when the wait is over. Refuses CURSOR_GONE, OVERLOADED, TOO_MANY_REQUESTS. */
  async poll(query: EventsQuery, service: CallingService, request: FastifyRequest): Promise<Polled> {
    const { after, types = [], limit = 100, wait = 20 } = query;
    if (after === undefined) return { events: [], next: await this.log.latest(), hasMore: false };
    const claim = claimOf(request, service);
    const position = await this.positionOf(after, 'after');
    this.listeners.admit(claim);
    const waitMs = this.listeners.isStopping ? 0 : wait * 1_000;
    const poll = new EventPoll(claim, new EventFilter(service.applicationId, types), position, { limit, waitMs });
    allowLonger(request, waitMs);
    const forget = (): void => this.listeners.remove(poll);
    request.raw.socket.once('close', forget);
    this.listeners.add(poll);
    return poll.answer.finally(() => {
      request.raw.socket.off('close', forget);
      forget();
    });
  }

  /** Opens the stream, or refuses as `poll` does. */
  async stream(
    query: StreamQuery,
    service: CallingService,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<void> {
    const claim = claimOf(request, service);
    const position = await this.beginOf(query.after, request.headers['last-event-id']);
    // Once the head is sent nothing can be refused any more.
    await this.log.read(position, 1);
    this.listeners.admit(claim);
    if (this.listeners.isStopping)
      throw new DomainError('OVERLOADED', 'This node stops. Ask another.', { retryAfterSeconds: 1 });
    reply.hijack();
    // Whoever has left meanwhile does not close any more.
    if (reply.raw.destroyed) return;
    reply.raw.writeHead(200, { ...reply.getHeaders(), ...STREAM_HEAD } as Record<string, string>);
    const filter = new EventFilter(service.applicationId, query.types ?? []);
    const stream = new EventStream(reply.raw, claim, filter, position, (read) => void this.feed.follow(read));
    reply.raw.once('close', () => this.listeners.remove(stream)).on('error', () => {});
    this.listeners.add(stream);
  }

  /** What the client saw last counts more than where it once began. */
  private beginOf(after: string | undefined, lastEventId: string | string[] | undefined): Promise<EventPosition> {
    if (lastEventId !== undefined && lastEventId !== '') return this.positionOf(String(lastEventId), 'Last-Event-ID');
    return after === undefined ? this.log.latest() : this.positionOf(after, 'after');
  }

  private async positionOf(cursor: string, field: string): Promise<EventPosition> {
    const position = cursor === 'oldest' ? await this.log.oldest() : EventPosition.parse(cursor);
    if (position) return position;
    const faults = [{ field, message: 'is no cursor' }];
    throw new DomainError('VALIDATION_FAILED', `${field} is no cursor.`, { faults });
  }
}

function claimOf(request: FastifyRequest, service: CallingService): KeyClaim {
  return new KeyClaim(presentedSecret(request)!, service);
}
