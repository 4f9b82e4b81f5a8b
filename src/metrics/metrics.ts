import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

/** One registry a process; the only place that knows the metrics library. */
const registry = new Registry();
collectDefaultMetrics({ register: registry, prefix: 'curfew_' });
const registers = [registry];

let liveChecks = 0;

/** Counts a check answered with a live session: a number until someone asks, since looking up a label costs more than the check. */
export function countLiveCheck(): void {
  liveChecks += 1;
}

/** What Curfew counts. Labels have few values, and none names a user, a session or a token. */
export const METRICS = {
  requestSeconds: new Histogram({
    name: 'curfew_request_seconds',
    help: 'Duration of answered requests by route and status.',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5],
    registers,
  }),
  checks: new Counter({
    name: 'curfew_session_checks_total',
    help: 'Checks by outcome.',
    labelNames: ['outcome'],
    registers,
    collect() {
      this.inc({ outcome: 'live' }, liveChecks);
      liveChecks = 0;
    },
  }),
  checkBatch: new Histogram({
    name: 'curfew_session_check_batch_size',
    help: 'Checks that shared one statement.',
    buckets: [1, 2, 4, 8, 16, 32, 64, 128, 256, 500],
    registers,
  }),
  logins: new Counter({
    name: 'curfew_logins_total',
    help: 'Logins by contract and outcome.',
    labelNames: ['contract', 'outcome'],
    registers,
  }),
  sessionsEnded: new Counter({
    name: 'curfew_sessions_ended_total',
    help: 'Sessions ended by this node, by cause.',
    labelNames: ['cause'],
    registers,
  }),
  sweeperLagSeconds: new Gauge({
    name: 'curfew_sweeper_lag_seconds',
    help: 'How long the oldest expired row has been waiting to be swept.',
    registers,
  }),
  webhookDeliveries: new Counter({
    name: 'curfew_webhook_deliveries_total',
    help: 'Attempts of this node to deliver a webhook by outcome: delivered, failed (to be tried again), dead, dropped.',
    labelNames: ['outcome'],
    registers,
  }),
  webhookSeconds: new Histogram({
    name: 'curfew_webhook_seconds',
    help: 'Duration of attempts to deliver a webhook.',
    buckets: [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers,
  }),
  webhooksPending: new Gauge({
    name: 'curfew_webhooks_pending',
    help: 'Webhooks of all nodes that are not delivered yet, and not dead. Counted up to 100,000.',
    registers,
  }),
  eventListeners: new Gauge({
    name: 'curfew_event_listeners',
    help: 'Open streams of events, and polls that wait for some.',
    labelNames: ['kind'],
    registers,
  }),
  eventsDelivered: new Counter({
    name: 'curfew_events_delivered_total',
    help: 'Events written to streams and answered to polls.',
    labelNames: ['kind'],
    registers,
  }),
  eventLagSeconds: new Histogram({
    name: 'curfew_event_lag_seconds',
    help: 'How old events were when this node came to know of them, while somebody listened.',
    buckets: [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
    registers,
  }),
  auditNotesDropped: new Counter({
    name: 'curfew_audit_notes_dropped_total',
    help: 'Acts of this node that are missing from the audit log, because the store was away for too long or refused them.',
    registers,
  }),
  connections: new Gauge({
    name: 'curfew_database_connections',
    help: 'Connections by pool and state.',
    labelNames: ['pool', 'state'],
    registers,
  }),
};

/** The text format of Prometheus, and its content type. */
export async function renderMetrics(): Promise<{ contentType: string; text: string }> {
  return { contentType: registry.contentType, text: await registry.metrics() };
}
