import { Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { BackgroundStore } from '../database/background-store.js';
import { ENVIRONMENT } from '../environment/environment.module.js';
import type { Environment } from '../environment/environment.js';
import { EventModule } from '../event/event.module.js';
import { AuditBeginning } from './audit-beginning.entity.js';
import { AuditEntry } from './audit-entry.entity.js';
import { AuditEvents } from './audit-events.js';
import { AuditHead } from './audit-head.entity.js';
import { AuditKeeper } from './audit-keeper.js';
import { AuditNoteRow } from './audit-note.entity.js';
import { AuditNotes } from './audit-notes.js';
import { AuditReader } from './audit-reader.js';
import { AuditRecorder } from './audit-recorder.js';
import { StatisticsHour } from './statistics-hour.entity.js';

/** One log of who did what. AuditNotes takes what requests do, AuditReader answers what is in it. Global: every route of administrators notes before it acts. */
@Global()
@Module({
  imports: [
    EventModule,
    TypeOrmModule.forFeature([AuditNoteRow, AuditEntry, AuditHead, AuditBeginning, StatisticsHour]),
  ],
  providers: [
    AuditNotes,
    AuditEvents,
    AuditRecorder,
    AuditReader,
    {
      provide: AuditKeeper,
      inject: [BackgroundStore, ENVIRONMENT],
      useFactory: (store: BackgroundStore, { AUDIT_RETENTION }: Environment) => new AuditKeeper(store, AUDIT_RETENTION),
    },
  ],
  exports: [AuditNotes, AuditReader],
})
export class AuditModule {}
