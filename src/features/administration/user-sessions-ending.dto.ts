import { IsString, IsUUID, Length, Matches } from 'class-validator';
import { IsPrintable } from '../../auth/body-rules.js';
import { IdPath } from '../../http/id-path.dto.js';
import { InLowerCase } from '../../http/in-lower-case.decorator.js';
import { ApplicationQuery } from './administration.dto.js';
import { IfGiven } from '../../http/field-presence.js';

export class UserSessionsQuery extends ApplicationQuery {
  /** Why. It is kept in the event of each session. @example 'Asked by phone: the laptop is lost' */
  @IfGiven()
  @Matches(/[\p{L}\p{N}\p{P}\p{S}]/u, { message: 'reason must say something' })
  @Length(1, 200)
  @IsPrintable()
  @IsString()
  reason?: string;
}

/** A path that ends in one of a user’s sessions. */
export class UserSessionPath extends IdPath {
  /**
   * The session’s id, as lists give it.
   * @example '019aa3f2-8d2f-7e4b-8c2a-3a5b6c7d8e9f'
   */
  @InLowerCase() @IsUUID() sessionId!: string;
}

export class UserSessionsEndedAnswer {
  /** So many. @example 3 */
  ended!: number;
}
