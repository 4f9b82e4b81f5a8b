import { Injectable } from '@nestjs/common';
import { SessionService } from '../session/session.service.js';
import { UserService } from '../user/user.service.js';
import { OriginGate } from './origin.gate.js';
import { WireEntry } from './wire-entry.js';
import type { Wire } from './wire.js';

/** The entries of the wires that are on, by contract; each wire's strategy adds its own. */
@Injectable()
export class WireEntries {
  private readonly entries = new Map<string, WireEntry>();

  constructor(
    private readonly sessions: SessionService,
    private readonly gate: OriginGate,
    private readonly users: UserService,
  ) {}

  add(wire: Wire): WireEntry {
    const entry = new WireEntry(wire, this.sessions, this.gate, this.users);
    this.entries.set(wire.contract, entry);
    return entry;
  }

  find(contract: string): WireEntry | undefined {
    return this.entries.get(contract);
  }

  /** The wires that are on. */
  wires(): Wire[] {
    return [...this.entries.values()].map(({ wire }) => wire);
  }

  /** The wire to which a path belongs, if it is one of theirs. */
  ownerOf(path: string): Wire | undefined {
    for (const { wire } of this.entries.values()) if (wire.owns(path)) return wire;
    return undefined;
  }
}
