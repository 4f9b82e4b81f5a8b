import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { ApplicationEvent } from './application-event.entity.js';
import { ApplicationHost } from './application-host.entity.js';
import { ApplicationKey } from './application-key.entity.js';
import { Application } from './application.entity.js';
import { ApplicationRegister } from './application-register.js';
import { ApplicationService } from './application.service.js';

/** Tenants. */
@Module({
  imports: [TypeOrmModule.forFeature([Application, ApplicationKey, ApplicationHost, ApplicationEvent])],
  providers: [ApplicationService, ApplicationRegister],
  exports: [ApplicationService, ApplicationRegister],
})
export class ApplicationModule {}
