import { ApiProperty } from '@nestjs/swagger';
import { BackendlessLoggedIn, BackendlessUser } from './backendless.wire.js';

/** Who has just been registered, and never logged in. */
export class BackendlessNewcomer extends BackendlessUser {
  @ApiProperty({ type: 'integer', nullable: true, example: null, description: 'Milliseconds.' })
  declare lastLogin: null;
  @ApiProperty({ type: 'integer', nullable: true, example: null, description: 'Milliseconds.' })
  declare updated: null;
}

/** A guest: a user without a name of any kind. */
export class BackendlessGuest extends BackendlessLoggedIn {
  @ApiProperty({ type: String, nullable: true, example: null })
  declare email: null;
  @ApiProperty({ type: String, nullable: true, example: null })
  declare name: null;
  @ApiProperty({ type: String, nullable: true, example: null })
  declare blUserLocale: null;
  @ApiProperty({ type: String, example: 'GUEST' })
  declare userStatus: string;
  @ApiProperty({ type: 'integer', nullable: true, example: null, description: 'Milliseconds.' })
  declare updated: null;
}
