import { IsIn, IsString, IsUUID, Length } from 'class-validator';
import { InLowerCase } from '../../http/in-lower-case.decorator.js';
import { IfGiven } from '../../http/field-presence.js';

/** What a proxy asks for, beside a live session. */
export class ForwardAuthQuery {
  /** The role without which the user is refused, such as `editor`. */
  @IfGiven() @Length(1, 64) @IsString() role?: string;
  /** The id of the application whose users alone are let in. */
  @IfGiven() @InLowerCase() @IsUUID() application?: string;
  /** `redirect`: a browser without a session is answered 302 to the login page in place of 401, for proxies that pass that on. */
  @IfGiven() @IsIn(['redirect']) login?: string;
}
