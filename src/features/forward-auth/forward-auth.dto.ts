import { IsIn, IsOptional, IsString, IsUUID, Length } from 'class-validator';
import { InLowerCase } from '../../http/in-lower-case.decorator.js';

/** What a proxy asks for, beside a live session. */
export class ForwardAuthQuery {
  /**
   * The role without which the user is refused.
   * @example 'editor'
   */
  @IsOptional() @Length(1, 64) @IsString() role?: string;
  /**
   * The id of the application whose users alone are let in.
   * @example '019aa3f2-6b0d-7c29-8a0e-1e3b4c5d6e7f'
   */
  @IsOptional() @InLowerCase() @IsUUID() application?: string;
  /**
   * A browser without a session is answered 302 to the login page in place of 401: for proxies that pass that on.
   * @example 'redirect'
   */
  @IsOptional() @IsIn(['redirect']) login?: string;
}
