import { Injectable } from '@nestjs/common';
import { METRICS } from '../metrics/metrics.js';
import { WebhookClaims, type Claim } from './webhook-claims.js';
import { WebhookSender, type Outcome, type Patience } from './webhook-sender.js';
import { signatureOf } from './webhook-secret.js';

/** Attempts at one endpoint at the same time, on one node. */
export const WEBHOOK_LANES = 4;
/** After that no attempt begins for the same job: others may have their turn, and the job must end before it is handed out anew. */
const TURN_MS = 4_000;
/** How long an attempt may take, in milliseconds. */
export const WEBHOOK_PATIENCE: Patience = { connectMs: 5_000, totalMs: 10_000 };
const USER_AGENT = 'Curfew-Webhooks/1';

/** Carries what is due at an endpoint there. */
@Injectable()
export class WebhookCourier {
  constructor(
    private readonly claims: WebhookClaims,
    private readonly sender: WebhookSender,
  ) {}

  /** Sends what is due, a few at a time, for four seconds; what was begun is finished. `stop` cuts off, and gives back. */
  async carry(endpointId: string, stop: AbortSignal): Promise<void> {
    const until = performance.now() + TURN_MS;
    const lane = async (): Promise<void> => {
      while (performance.now() < until && !stop.aborted) {
        const claim = await this.claims.next(endpointId);
        if (!claim) return;
        await this.attemptOrRelease(claim, stop);
      }
    };
    const lanes = await Promise.allSettled(Array.from({ length: WEBHOOK_LANES }, lane));
    const failed = lanes.find((settled) => settled.status === 'rejected');
    if (failed) throw failed.reason as Error;
  }

  /** One attempt, recorded by whoever asked for it. Throws what `stop` gives as its reason. */
  async attempt(claim: Claim, stop: AbortSignal, patience = WEBHOOK_PATIENCE): Promise<Outcome> {
    const timing = METRICS.webhookSeconds.startTimer();
    const outcome = await this.sender.send(
      { url: claim.url, body: claim.body, headers: headersOf(claim) },
      patience,
      stop,
    );
    timing();
    return outcome;
  }

  private async attemptOrRelease(claim: Claim, stop: AbortSignal): Promise<void> {
    let outcome: Outcome;
    try {
      outcome = await this.attempt(claim, stop);
    } catch {
      await this.claims.release(claim);
      return;
    }
    await this.claims.record(claim, outcome);
  }
}

function headersOf({ id, timestamp, body, secrets }: Claim): Record<string, string> {
  const messageId = `msg_${id}`;
  return {
    'content-type': 'application/json',
    'user-agent': USER_AGENT,
    'accept-encoding': 'identity',
    'webhook-id': messageId,
    'webhook-timestamp': timestamp,
    'webhook-signature': signatureOf({ id: messageId, timestamp, body }, secrets),
  };
}
