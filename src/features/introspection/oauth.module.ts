import { Module } from '@nestjs/common';
import { readFile } from 'node:fs/promises';
import { ApplicationModule } from '../../application/application.module.js';
import { AuthModule } from '../../auth/auth.module.js';
import { ENVIRONMENT } from '../../environment/environment.module.js';
import { SettingError, type Environment } from '../../environment/environment.js';
import { ServiceKeyModule } from '../../service-key/service-key.module.js';
import { SessionModule } from '../../session/session.module.js';
import { BodyStrategy, FormStrategy } from './asking.strategies.js';
import { IntrospectionSigner } from './introspection-signer.js';
import { Issuer } from './issuer.js';
import { MetadataController } from './metadata.controller.js';
import { OAuthController } from './oauth.controller.js';
import { RevocationService } from './revocation.service.js';
import { RevocationStrategy } from './revocation.strategy.js';

async function issuer({ BASE_URL, SIGNING_KEY_FILE: file }: Environment): Promise<Issuer> {
  if (file === undefined) return new Issuer(BASE_URL);
  try {
    return new Issuer(BASE_URL, await IntrospectionSigner.of(await readFile(file, 'utf8')));
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new SettingError(`SIGNING_KEY_FILE: ${file} ${code === 'ENOENT' ? 'is not there' : message}`, {
      cause: error,
    });
  }
}

/** Asking about tokens and ending them, as OAuth 2.0 has it. */
@Module({
  imports: [ApplicationModule, AuthModule, SessionModule, ServiceKeyModule],
  controllers: [OAuthController, MetadataController],
  providers: [
    { provide: Issuer, inject: [ENVIRONMENT], useFactory: issuer },
    FormStrategy,
    BodyStrategy,
    RevocationStrategy,
    RevocationService,
  ],
  exports: [Issuer],
})
export class OAuthModule {}
