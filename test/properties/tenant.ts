import { endFiltered } from '../crowd.js';
import { bearer, both, json, PASSWORD, type TestServer } from '../server.js';
import type { Caller } from './caller.js';
import type { Known } from './requests.js';

/** An application with something of everything. */
export interface Tenant {
  /** Credentials of its own administrator. */
  head: object;
  known: Known;
}

/** `admin` administers all. */
export async function makeTenant(server: TestServer, admin: Caller): Promise<Tenant> {
  const token = await admin.token();
  const made = async <Answer extends object = { id: string }>(path: string, body: object): Promise<Answer> => {
    const answer = await server.post(`/api/v1/admin/${path}`, both(bearer(token), json(body)));
    if (answer.statusCode !== 201) throw new Error(`makeTenant: ${answer.body}`);
    return answer.json<Answer>();
  };
  const application = await made<{ id: string; keys: { id: string }[] }>('applications', { name: 'Tenant' });
  const applicationId = application.id;
  const person = async (username: string, roles: string[]): Promise<string> =>
    (await made(`users?applicationId=${applicationId}`, { username, password: PASSWORD, roles })).id;
  const head = { login: 'head@example.test', password: PASSWORD, applicationId };
  await person(head.login, ['admin']);
  const member = await person('member@example.test', []);
  const { sessionId } = await server.logInAs({ ...head, login: 'member@example.test' });
  const key = await made('service-keys', { name: 'shop', scopes: ['introspect'], applicationId });
  const webhook = await made('webhooks', { url: 'https://receiver.example/hook', applicationId });
  const job = await endFiltered(server, token, { applicationId, address: '192.0.2.1' });
  return {
    head,
    known: {
      applications: [applicationId],
      users: [member],
      sessions: [sessionId],
      keys: application.keys.map(({ id }) => id),
      'service-keys': [key.id],
      webhooks: [webhook.id],
      jobs: [job.json<{ jobId: string }>().jobId],
    },
  };
}
