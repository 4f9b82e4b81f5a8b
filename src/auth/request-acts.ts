import type { FastifyRequest } from 'fastify';
import { v7 as freshId } from 'uuid';
import type { NotedAct, Outcome } from '../audit/noted-act.js';
import { visible } from '../audit/visible-text.js';
import { addressOf } from './request-client.js';
import type { RouteAct } from './route-acts.js';

const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;
/** Of an application's key: it opens nothing. */
const KEY_ID = /^[\da-f]{16}$/;
const MAX_FIELDS = 50;
const UNROUTED = {
  act: 'unrouted',
  contract: null,
  isAdministrative: false,
  asksApplication: false,
  targets: [],
  made: '',
} as const;

/** What a request does, as the audit log will tell it. It reads ids, names of fields and a reason; of bodies nothing else. */
export function actOf(request: FastifyRequest, outcome: Outcome | null, payload?: unknown): NotedAct {
  const route = request.routeOptions.config.act ?? UNROUTED;
  const { audited, refusal, service } = request;
  const actor = actorOf(request);
  const parts = partsOf(route, request.params);
  const target = audited?.target ?? madeBy(route, payload) ?? parts.at(-1);
  return {
    id: (request.actId ??= freshId()),
    act: audited?.act ?? route.act,
    outcome,
    code: refusal?.code ?? null,
    userId: actor?.userId ?? null,
    sessionId: actor?.sessionId ?? null,
    keyId: service?.keyId ?? null,
    login: refusal?.details.attempt ? visible(refusal.details.attempt.login, 254) : null,
    targetType: target?.type ?? null,
    targetId: target?.id ?? null,
    applicationId: applicationOf(request, route, parts),
    contract: route.contract,
    address: addressOf(request),
    userAgent: visible(request.headers['user-agent'] ?? '', 512) || null,
    requestId: request.id,
    details: detailsOf(
      request,
      route,
      parts.filter((part) => part !== target),
    ),
  };
}

function actorOf(request: FastifyRequest): { userId: string; sessionId: string | null } | undefined {
  const { principal, subject, user, arrival, service } = request;
  if (service) return undefined;
  const known = principal ?? subject ?? arrival?.session;
  return known ?? (user && { userId: user.id, sessionId: null });
}

interface Part {
  readonly type: string;
  readonly id: string | null;
}

// An id and nothing else: some wires carry tokens in their paths.
function partsOf({ targets }: Pick<RouteAct, 'targets'>, params: unknown): Part[] {
  return targets.map(([type, name]) => {
    const value = (params as Record<string, unknown> | null)?.[name];
    return { type, id: type === 'key' ? keyIdOrNull(value) : idOrNull(value) };
  });
}

// What was made has its id in the answer; what has none, such as a link, is told by what it was made for.
function madeBy(
  { isAdministrative, made }: Pick<RouteAct, 'isAdministrative' | 'made'>,
  payload: unknown,
): Part | undefined {
  if (!isAdministrative || typeof payload !== 'string') return undefined;
  const { id: value } = JSON.parse(payload) as { id?: unknown };
  const id = made === 'key' ? keyIdOrNull(value) : idOrNull(value);
  return id === null ? undefined : { type: made, id };
}

function applicationOf(
  request: FastifyRequest,
  { asksApplication }: Pick<RouteAct, 'asksApplication'>,
  parts: Part[],
): string | null {
  const { arrival, principal, service, user, refusal } = request;
  // Elsewhere nobody reads it, and whoever wrote it would choose whose log they stand in.
  const asked = asksApplication ? idOrNull((request.query as Record<string, unknown> | null)?.['applicationId']) : null;
  const named =
    asked ?? parts.find(({ type }) => type === 'application')?.id ?? refusal?.details.attempt?.applicationId;
  const own = principal?.applicationId ?? service?.applicationId ?? user?.applicationId;
  return named ?? arrival?.application?.id ?? own ?? null;
}

function detailsOf(
  { body, query, audited }: FastifyRequest,
  { isAdministrative }: Pick<RouteAct, 'isAdministrative'>,
  others: Part[],
): object {
  const within = Object.fromEntries(others.map(({ type, id }) => [type, id]));
  const written = isAdministrative && isPlain(body) ? body : {};
  const fields = Object.keys(written)
    .slice(0, MAX_FIELDS)
    .map((name) => visible(name, 64));
  const { reason } = { ...(query as object | null), ...written } as { reason?: unknown };
  return {
    ...within,
    ...(fields.length > 0 && { fields }),
    ...(isAdministrative && typeof reason === 'string' && { reason: visible(reason, 1_000) }),
    ...audited?.details,
  };
}

// Neither a list nor bytes nor a stream, whose keys say nothing.
function isPlain(body: unknown): body is object {
  if (typeof body !== 'object' || body === null) return false;
  const prototype: unknown = Object.getPrototypeOf(body);
  return prototype === null || prototype === Object.prototype;
}

function idOrNull(value: unknown): string | null {
  return typeof value === 'string' && UUID.test(value) ? value.toLowerCase() : null;
}

function keyIdOrNull(value: unknown): string | null {
  return typeof value === 'string' && KEY_ID.test(value) ? value : null;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** What a handler says about its act beyond what the request tells. Never a secret; text is shown as it is. */
    audited: { act?: string; target?: { type: string; id: string | null }; details?: object } | undefined;
    /** Under which id this request's act is noted. */
    actId: string | undefined;
  }
  interface FastifyContextConfig {
    act?: RouteAct;
  }
}
