import { ABOUT, type Contract } from '../contract.js';
import { BackendlessModule } from './backendless.module.js';
import { BackendlessPresenter, documentedFaces } from './backendless.presenter.js';
import { BACKENDLESS_WIRE, TOKEN_HEADER } from './backendless.strategy.js';
import { BackendlessFault } from './backendless.wire.js';

const STEPS = `For clients written against the REST interface of Backendless, and its SDKs. ${ABOUT}

Every path answers in three forms: under \`/api\`, where the host names the application and any other host means the first; under
\`/<application id>/<key>\` in place of \`/api\`; and as \`/v1/users/…\` with the headers \`application-id\` and \`secret-key\`.

**See it in four steps.** Open a route, press *Try it out*, then *Execute*:

1. \`GET /api/users/userroles\` answers **NotAuthenticatedUser**: nobody is logged in.
2. \`POST /api/users/login\` answers **200** with a \`${TOKEN_HEADER}\`. Press *Authorize* and paste it; step 1 now answers **AuthenticatedUser**.
3. \`GET /api/users/logout\` answers **200**.
4. \`GET /api/users/isvalidusertoken/{token}\` answers **false**, and step 1 answers **400** with the code 3064.`;

export const BACKENDLESS_CONTRACT: Contract = {
  module: BackendlessModule,
  wire: BACKENDLESS_WIRE,
  presenter: BackendlessPresenter,
  document: {
    name: 'Backendless wire',
    description: STEPS,
    tags: [
      ['Backendless sessions', 'Login, logout, validity.'],
      ['Backendless users', 'Registration, the caller’s own user, roles, recovery.'],
      ['Backendless start-up', 'What the SDKs ask for when they start, and their log.'],
    ],
    schemes: {
      token: {
        type: 'apiKey',
        in: 'header',
        name: TOKEN_HEADER,
        description: 'Paste the `user-token` that login answered.',
      },
    },
    style: { faceOf: documentedFaces, model: BackendlessFault },
  },
};
