import type { EventType } from '../../event/announced-event.dto.js';
import type { LoggedEvent } from '../../event/logged-event.js';

/** Which events a listener is told: those of its application, of the types that it asked for. */
export class EventFilter {
  /** The same for filters that let the same pass. */
  readonly name: string;

  /** Null is every application; no types are all of them. */
  constructor(
    private readonly applicationId: string | null,
    private readonly types: readonly EventType[],
  ) {
    this.name = `${applicationId ?? ''} ${types.toSorted().join()}`;
  }

  passes({ applicationId, event }: LoggedEvent): boolean {
    if (this.applicationId !== null && this.applicationId !== applicationId) return false;
    return this.types.length === 0 || this.types.includes(event.type);
  }
}
