import { Injectable } from '@nestjs/common';
import { v7 as freshId } from 'uuid';
import { sqlOf } from '../database/background-store.js';
import { Store } from '../database/store.js';
import { DomainError } from '../errors/domain.error.js';
import { WebhookClaims, type Claim } from './webhook-claims.js';
import { WebhookCourier } from './webhook-courier.js';
import type { KnownDelivery, KnownEndpoint } from './webhook-facts.js';
import { WebhookLog } from './webhook-log.js';

const MAX_A_MINUTE = 5;
/** The caller waits for it, and requests have eight seconds. */
const PATIENCE = { connectMs: 3_000, totalMs: 5_000 };
const NEVER = new AbortController().signal;

const COUNT = `
  update webhook_endpoints set
    tests = case when tests_since > now() - interval '1 minute' then tests + 1 else 1 end,
    tests_since = case when tests_since > now() - interval '1 minute' then tests_since else now() end
  where id = $1 and (tests_since is null or tests_since <= now() - interval '1 minute' or tests < ${MAX_A_MINUTE})
  returning id`;
const INSERT = `
  insert into webhook_deliveries (id, endpoint_id, event_id, type, body, retry_until)
  select $2, $1, $3, 'webhook.test', json_build_object('id', $3::text, 'type', 'webhook.test', 'timestamp',
    to_char(now() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), 'data', json_build_object('applicationId', $4::text)), now()`;

/** Sends something at once, to see whether it arrives. */
@Injectable()
export class WebhookTester {
  constructor(
    private readonly store: Store,
    private readonly claims: WebhookClaims,
    private readonly courier: WebhookCourier,
    private readonly log: WebhookLog,
  ) {}

  /** One attempt, at a disabled endpoint too, and what came of it. Refuses TOO_MANY_REQUESTS after five a minute (S12), NOT_FOUND where it was deleted meanwhile. */
  async test({ id: endpointId, applicationId }: KnownEndpoint): Promise<KnownDelivery> {
    const id = freshId();
    const claim = await this.claim(endpointId, id, applicationId);
    await this.claims.record(claim, await this.courier.attempt(claim, NEVER, PATIENCE), true);
    return this.log.get(endpointId, id);
  }

  private claim(endpointId: string, id: string, applicationId: string | null): Promise<Claim> {
    return this.store.transaction(async ({ manager }) => {
      const run = sqlOf(manager);
      if ((await run(COUNT, [endpointId])).length === 0) throw flooded();
      await run(INSERT, [endpointId, id, `test_${id}`, applicationId]);
      const claim = await this.claims.one(run, endpointId, id);
      if (!claim) throw new DomainError('NOT_FOUND', 'No such webhook.');
      return claim;
    });
  }
}

function flooded(): DomainError {
  return new DomainError('TOO_MANY_REQUESTS', `At most ${MAX_A_MINUTE} test deliveries a minute.`, {
    retryAfterSeconds: 60,
  });
}
