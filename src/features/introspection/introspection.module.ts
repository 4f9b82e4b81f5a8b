import { Module } from '@nestjs/common';
import { IntrospectionController } from './introspection.controller.js';
import { OAuthModule } from './oauth.module.js';

/** Our own way to ask about many tokens at once. */
@Module({ imports: [OAuthModule], controllers: [IntrospectionController] })
export class IntrospectionModule {}
