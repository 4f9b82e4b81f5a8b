import { IsIn } from 'class-validator';
import { LINK_KINDS, type LinkKind } from '../../user/user-links.js';

export class NewLinkBody {
  /**
   * Why: someone who never had a password, or someone who lost theirs. Both links do the same.
   * @example 'invite'
   */
  @IsIn(LINK_KINDS) kind!: LinkKind;
}

/** Shown once, and to be handed on to the user alone: whoever opens the link chooses the password. */
export class LinkAnswer {
  /** @example 'https://sessions.example.org/password#cfl_AZqj8nwefTqbHy9MXW5_gAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA' */
  link!: string;
  /** What the link carries, for a page of your own. @example 'cfl_AZqj8nwefTqbHy9MXW5_gAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA' */
  code!: string;
  /** A day from now, by the database’s clock. @example '2026-11-21T18:00:00.000Z' */
  expiresAt!: string;
}
