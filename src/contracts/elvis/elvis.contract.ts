import { ABOUT, type Contract } from '../contract.js';
import { ElvisModule } from './elvis.module.js';
import { documentedFaces, ElvisPresenter } from './elvis.presenter.js';
import { ELVIS_WIRE } from './elvis.strategy.js';
import { ElvisRefusal } from './elvis.wire.js';

const STEPS = `For clients written against Elvis 6, which is WoodWing Assets today. ${ABOUT}

**Most refusals arrive with status 200** under \`/services/\`, with their number as \`errorcode\`; the setting
\`sendServiceErrorAsJson\` of the application, set to \`false\`, makes them the statuses that are shown beside.

**See it in four steps.** Open a route, press *Try it out*, then *Execute*:

1. \`GET /services/profile\` answers **errorcode 401**: nobody is logged in.
2. \`POST /services/login\` answers \`loginSuccess: true\` with a \`csrfToken\`, and sets the cookie \`authToken\`; now
   \`GET /services/profile\` answers who you are.
3. \`POST /services/logout\` with the \`csrfToken\` in the header \`X-CSRF-TOKEN\` answers \`logoutSuccess: true\`.
4. \`GET /services/profile\` answers **errorcode 401** again.`;

export const ELVIS_CONTRACT: Contract = {
  module: ElvisModule,
  wire: ELVIS_WIRE,
  presenter: ElvisPresenter,
  document: {
    name: 'Elvis wire',
    description: STEPS,
    tags: [['Elvis', 'Login, logout, redirect, profile and keeping alive.']],
    schemes: {
      cookie: {
        type: 'apiKey',
        in: 'cookie',
        name: 'authToken',
        description: 'Nothing to paste: login sets it, and the browser carries it.',
      },
      bearer: { type: 'http', scheme: 'bearer', description: 'Paste the `authToken` that the API login answered.' },
    },
    style: { faceOf: documentedFaces, model: ElvisRefusal },
  },
};
