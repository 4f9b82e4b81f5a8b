import { Module } from '@nestjs/common';
import { UserModule } from '../../user/user.module.js';
import { ProfileController } from './profile.controller.js';

@Module({ imports: [UserModule], controllers: [ProfileController] })
export class ProfileModule {}
