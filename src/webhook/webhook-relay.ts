import { Injectable } from '@nestjs/common';
import { BackgroundStore, type Sql } from '../database/background-store.js';
import { DomainError } from '../errors/domain.error.js';
import { EventLog, type EventPage } from '../event/event-log.js';
import { EventPosition } from '../event/event-position.js';
import { deliveriesOf, type Listening, type NewDelivery } from './webhook-matching.js';
import { WebhookQueue } from './webhook-queue.js';

/** Events that become deliveries in one transaction. */
const PAGE = 500;
/** Deliveries of one statement: a page for a hundred endpoints would outlast its time. */
const INSERTED = 1_000;

/** What a turn did. */
export type Relayed = 'nobody_listens' | 'nothing_new' | 'more' | 'done';

const POSITION = `
  select position from webhook_relays where exists (select from webhook_endpoints where status = 'active')`;
// Of several nodes one moves on; the others find the row locked, or moved.
const LOCK_POSITION = `
  select position from webhook_relays where position is not distinct from $1 for update skip locked`;
const LISTENING = `
  select id, application_id as "applicationId", types, since from webhook_endpoints where status = 'active'`;
const INSERT = `
  insert into webhook_deliveries (id, endpoint_id, event_id, type, body, retry_until)
  select made.id, made.endpoint_id, made.event_id, made.type, made.body::json, now() + interval '3 days'
  from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[]) as made (id, endpoint_id, event_id, type, body)
  join webhook_endpoints on webhook_endpoints.id = made.endpoint_id
  on conflict (endpoint_id, event_id) do nothing
  returning endpoint_id as "endpointId"`;

/** Makes deliveries of events: all of a page, its jobs and the new position in one transaction, so that none is lost or made twice. */
@Injectable()
export class WebhookRelay {
  constructor(
    private readonly store: BackgroundStore,
    private readonly log: EventLog,
    private readonly queue: WebhookQueue,
  ) {}

  /** One page of what happened since the last turn of any node. */
  async relay(): Promise<Relayed> {
    const [relay] = await this.store.run<{ position: string | null }>(POSITION);
    if (!relay) return 'nobody_listens';
    const page = await this.read(relay.position);
    if (page.events.length === 0) return 'nothing_new';
    const told = await this.store.transaction((run) => this.take(run, relay.position, page));
    // A job that was there already may have been done before this was committed, and seen nothing of it.
    await this.queue.enqueue(this.store.run, told);
    return page.hasMore ? 'more' : 'done';
  }

  // What was pruned before it was read is gone: better the rest than nothing.
  private async read(position: string | null): Promise<EventPage> {
    const after = position === null ? undefined : EventPosition.parse(position);
    try {
      return await this.log.read(after ?? (await this.log.oldest()), PAGE);
    } catch (error) {
      if (!(error instanceof DomainError) || error.code !== 'CURSOR_GONE') throw error;
      return this.log.read(await this.log.oldest(), PAGE);
    }
  }

  private async take(run: Sql, position: string | null, { events, next }: EventPage): Promise<string[]> {
    const [mine] = await run(LOCK_POSITION, [position]);
    if (!mine) return [];
    const made = await insert(run, deliveriesOf(events, await run<Listening>(LISTENING)));
    await this.queue.enqueue(run, made);
    await run('update webhook_relays set position = $1', [String(next)]);
    return made;
  }
}

async function insert(run: Sql, deliveries: NewDelivery[]): Promise<string[]> {
  const made = new Set<string>();
  for (let from = 0; from < deliveries.length; from += INSERTED) {
    const some = deliveries.slice(from, from + INSERTED);
    const column = <Name extends keyof NewDelivery>(name: Name) => some.map((delivery) => delivery[name]);
    const columns = [column('id'), column('endpointId'), column('eventId'), column('type'), column('body')];
    for (const { endpointId } of await run<{ endpointId: string }>(INSERT, columns)) made.add(endpointId);
  }
  return [...made];
}
