import { Module } from '@nestjs/common';
import { UserModule } from '../../user/user.module.js';
import { ProfileController } from './profile.controller.js';

/** The caller's own profile. */
@Module({ imports: [UserModule], controllers: [ProfileController] })
export class ProfileModule {}
