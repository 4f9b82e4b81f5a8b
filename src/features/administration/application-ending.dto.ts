import { IsString, Length, Matches } from 'class-validator';
import { IsPrintable } from '../../auth/body-rules.js';

export class EndSessionsBody {
  /**
   * Why. It is kept in the application’s events.
   * @example 'A laptop with saved logins was stolen'
   */
  @Matches(/[\p{L}\p{N}\p{P}\p{S}]/u, { message: 'reason must say something' })
  @Length(1, 500)
  @IsPrintable()
  @IsString()
  reason!: string;
}

export class SessionsEndedAnswer {
  /** @example '019aa3f2-6b0d-7c29-8a0e-1e3b4c5d6e7f' */
  applicationId!: string;
  /** Sessions that started up to here are dead; the database’s time. @example '2026-11-20T18:00:00.000Z' */
  endedAt!: string;
}
