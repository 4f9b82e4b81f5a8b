import { v7 as freshId } from 'uuid';
import { EventPosition } from '../event/event-position.js';
import type { LoggedEvent } from '../event/logged-event.js';

/** What an endpoint wants to hear of. */
export interface Listening {
  readonly id: string;
  /** Null: every application's. */
  readonly applicationId: string | null;
  /** Empty: every type. */
  readonly types: readonly string[];
  /** Nothing up to this position. */
  readonly since: string;
}

/** A delivery that is to be made: what one endpoint gets of one event. */
export interface NewDelivery {
  readonly id: string;
  readonly endpointId: string;
  readonly eventId: string;
  readonly type: string;
  readonly body: string;
}

/** What each endpoint gets of these events. */
export function deliveriesOf(events: readonly LoggedEvent[], endpoints: readonly Listening[]): NewDelivery[] {
  const listening = endpoints.map((endpoint) => ({ ...endpoint, position: EventPosition.parse(endpoint.since) }));
  return events.flatMap(({ event, applicationId, position }) => {
    const body = JSON.stringify(event);
    return listening
      .filter((endpoint) => endpoint.applicationId === null || endpoint.applicationId === applicationId)
      .filter(({ types }) => types.length === 0 || types.includes(event.type))
      .filter((endpoint) => isBehind(position, endpoint.position))
      .map((endpoint) => ({ id: freshId(), endpointId: endpoint.id, eventId: event.id, type: event.type, body }));
  });
}

/** Of another generation nothing is known: better once more than never. */
function isBehind(position: EventPosition, other: EventPosition | undefined): boolean {
  if (position.generation !== other?.generation) return true;
  const [ours, theirs] = [BigInt(position.transactionId), BigInt(other.transactionId)];
  return ours === theirs ? BigInt(position.id) > BigInt(other.id) : ours > theirs;
}
