import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { ApplicationKey } from './application-key.entity.js';
import { Application } from './application.entity.js';
import { ApplicationService } from './application.service.js';

/** Tenants. */
@Module({
  imports: [TypeOrmModule.forFeature([Application, ApplicationKey])],
  providers: [ApplicationService],
  exports: [ApplicationService],
})
export class ApplicationModule {}
