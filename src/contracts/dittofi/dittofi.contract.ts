import { ABOUT, type Contract } from '../contract.js';
import { DittofiModule } from './dittofi.module.js';
import { DittofiPresenter, dittofiFace } from './dittofi.presenter.js';
import { DITTOFI_COOKIE, DITTOFI_WIRE } from './dittofi.strategy.js';
import { DittofiRefusal } from './dittofi.wire.js';

const ALIASES = 'Dittofi aliases';
const STEPS = `For clients written against a Dittofi backend. ${ABOUT}

**See it in four steps.** Open a route, press *Try it out*, then *Execute*; the browser carries the cookie by itself:

1. \`GET /v1/me\` answers **401**: nobody is logged in.
2. \`POST /v1/login\` answers **200** and sets the cookie \`${DITTOFI_COOKIE}\`; now \`GET /v1/me\` answers **200**.
3. \`GET /v1/logout_user\` answers **200**.
4. \`GET /v1/me\` answers **401** again.`;

export const DITTOFI_CONTRACT: Contract = {
  module: DittofiModule,
  wire: DITTOFI_WIRE,
  presenter: DittofiPresenter,
  document: {
    name: 'Dittofi wire',
    description: STEPS,
    tags: [
      ['Dittofi', 'Login, logout, current user and signup.'],
      [ALIASES, 'The same routes once more, for frontends whose base address ends in `/iapi`.'],
    ],
    schemes: {
      cookie: {
        type: 'apiKey',
        in: 'cookie',
        name: DITTOFI_COOKIE,
        description: 'Nothing to paste: login and signup set it, and the browser carries it.',
      },
    },
    style: { faceOf: dittofiFace, model: DittofiRefusal },
    adapt: ({ paths }) => {
      for (const [path, { get, post }] of Object.entries(paths)) {
        if (path.startsWith('/iapi/')) for (const operation of [get, post]) if (operation) operation.tags = [ALIASES];
      }
    },
  },
};
