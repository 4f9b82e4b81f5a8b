import { NestFactory } from '@nestjs/core';
import { NotesService } from './notes-service.js';

const { CURFEW_URL: url = '', CURFEW_KEY: serviceKey = '', PORT } = process.env;
const app = await NestFactory.create(NotesService.of({ url, serviceKey }), { logger: ['error', 'warn'] });
await app.listen(Number(PORT), '127.0.0.1');
