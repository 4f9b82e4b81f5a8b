import { Controller, Get } from '@nestjs/common';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import type { JWK } from 'jose';
import { Public } from '../../auth/public.decorator.js';
import { DomainError } from '../../errors/domain.error.js';
import { Refuses } from '../../errors/refuses.decorator.js';
import { ALGORITHM } from './introspection-signer.js';
import { Issuer } from './issuer.js';
import { KeysAnswer, MetadataAnswer } from './metadata.dto.js';

/** Where the OAuth routes are, for clients that look for themselves. */
@ApiTags('OAuth 2.0')
@Controller('.well-known')
export class MetadataController {
  constructor(private readonly issuer: Issuer) {}

  /** What this server offers of OAuth 2.0. RFC 8414. */
  @Get('oauth-authorization-server')
  @Public()
  @ApiOkResponse({ type: MetadataAnswer, description: 'Names the routes.' })
  @Refuses('NOT_FOUND')
  metadata(): MetadataAnswer {
    const { url, signer } = this.issuer;
    return {
      issuer: url,
      introspection_endpoint: `${url}/oauth2/introspect`,
      introspection_endpoint_auth_methods_supported: ['client_secret_basic', 'Bearer'],
      revocation_endpoint: `${url}/oauth2/revoke`,
      revocation_endpoint_auth_methods_supported: ['client_secret_basic', 'none'],
      // There is no grant: left out, the two would stand for the code and implicit ones (RFC 8414 §2).
      response_types_supported: [],
      grant_types_supported: [],
      service_documentation: `${url}/docs`,
      ...(signer && {
        jwks_uri: `${url}/.well-known/jwks.json`,
        introspection_signing_alg_values_supported: [ALGORITHM],
      }),
    };
  }

  /** The keys with which answers are signed. RFC 7517; there are none where no key was set. */
  @Get('jwks.json')
  @Public()
  @ApiOkResponse({ type: KeysAnswer, description: 'The public halves; the first one signs.' })
  @Refuses('NOT_FOUND')
  keys(): { keys: JWK[] } {
    const { signer } = this.issuer;
    if (!signer) throw new DomainError('NOT_FOUND', 'This server signs nothing: SIGNING_KEY_FILE is not set.');
    return { keys: signer.publicKeys };
  }
}
