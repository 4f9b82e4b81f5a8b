import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { SessionModule } from '../session/session.module.js';
import { ServiceKeyChecks } from './service-key-checks.js';
import { ServiceKeyUses } from './service-key-uses.js';
import { ServiceKey } from './service-key.entity.js';
import { ServiceKeyService } from './service-key.service.js';

/** Keys of calling services, and what they ask about sessions. */
@Module({
  imports: [SessionModule, TypeOrmModule.forFeature([ServiceKey])],
  providers: [ServiceKeyService, ServiceKeyChecks, ServiceKeyUses],
  exports: [ServiceKeyService, ServiceKeyChecks],
})
export class ServiceKeyModule {}
