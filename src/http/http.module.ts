import { Global, Module } from '@nestjs/common';
import { Exports } from './exports.js';

/** What features need of HTTP that is one for the whole server. */
@Global()
@Module({ providers: [Exports], exports: [Exports] })
export class HttpModule {}
