import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Administrators } from './administrators.js';
import { Identity } from './identity.entity.js';
import { LastLogin } from './last-login.entity.js';
import { PasswordChange } from './password-change.js';
import { PasswordHasher } from './password-hasher.js';
import { User } from './user.entity.js';
import { UserLink } from './user-link.entity.js';
import { UserImport } from './user-import.js';
import { UserRegister } from './user-register.js';
import { UserLinks } from './user-links.js';
import { UserSearch } from './user-search.js';
import { UserService } from './user.service.js';

/** People and their passwords. */
@Module({
  imports: [TypeOrmModule.forFeature([User, Identity, LastLogin, UserLink])],
  providers: [
    PasswordHasher,
    PasswordChange,
    UserRegister,
    UserService,
    Administrators,
    UserLinks,
    UserSearch,
    UserImport,
  ],
  exports: [UserService, UserSearch, UserImport, Administrators, UserLinks, UserRegister, PasswordChange],
})
export class UserModule {}
