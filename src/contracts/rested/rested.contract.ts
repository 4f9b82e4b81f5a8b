import { ABOUT, type Contract } from '../contract.js';
import { RestedModule } from './rested.module.js';
import { RestedPresenter, restedFace } from './rested.presenter.js';
import { RESTED_COOKIE } from './rested-carriers.js';
import { RESTED_WIRE } from './rested.strategy.js';
import { RestedRefusal } from './rested.wire.js';

const ENDPOINT = '/api/1/ce/{endpoint}';
const STEPS = `For clients written against a Rested (formerly YAWE) project. ${ABOUT}

**See it in four steps.** The endpoint is \`examples/auth\`, and \`key\` is the application key that the first start printed:

1. \`GET\` answers **401**: nobody is logged in.
2. \`POST\` with \`login=true\` answers **200** and sets the cookie \`${RESTED_COOKIE}\`; now \`GET\` answers **200**.
3. \`POST\` with \`logout=true\` answers **204**, and needs no body.
4. \`GET\` answers **401** again.`;

export const RESTED_CONTRACT: Contract = {
  module: RestedModule,
  wire: RESTED_WIRE,
  presenter: RestedPresenter,
  document: {
    name: 'Rested wire',
    description: STEPS,
    tags: [['Rested', 'One address an endpoint: users where it is an authentication endpoint, records elsewhere.']],
    schemes: {
      cookie: {
        type: 'apiKey',
        in: 'cookie',
        name: RESTED_COOKIE,
        description: 'Nothing to paste: login sets it, and the browser carries it.',
      },
      header: {
        type: 'apiKey',
        in: 'header',
        name: 'Authorization',
        description: 'What login with `noATCookie=true` sent back in this header.',
      },
    },
    style: { faceOf: restedFace, model: RestedRefusal },
    adapt: (document) => {
      const [path] = Object.keys(document.paths);
      const item = document.paths[path!]!;
      // The endpoint decides whether a token is needed.
      for (const operation of [item.get, item.post, item.put, item.delete]) {
        if (operation) operation.security = [{ cookie: [] }, { header: [] }, {}];
      }
      // A text is a record as well; decorators give every type of a body the same schema.
      for (const body of [item.post?.requestBody, item.put?.requestBody]) {
        if (body && 'content' in body) body.content['text/plain'] = { schema: { type: 'string' }, example: 'Milk' };
      }
      document.paths = { [ENDPOINT]: item };
    },
  },
};
