import { Module } from '@nestjs/common';
import { QueryEvaluator } from './query-evaluator.js';
import { RecordRepository } from './record.repository.js';
import { RecordService } from './record.service.js';

/** Records of applications, and expressions over them. */
@Module({
  providers: [RecordRepository, RecordService, QueryEvaluator],
  exports: [RecordService, QueryEvaluator],
})
export class RecordModule {}
