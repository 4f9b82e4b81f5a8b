import type { ApplicationDetails, ApplicationSettings } from '../../application/application-settings.js';
import { KeyAnswer } from './application-keys.dto.js';
import type { EndpointBody, ParallelSessionsBody } from './application-parts.dto.js';
import type { ApplicationAnswer } from './application-answer.dto.js';
import type { ApplicationChangesBody, NewApplicationBody } from './applications.dto.js';

type Limit = Pick<ApplicationSettings, 'sessionLimit' | 'atSessionLimit'>;

/** What a body says, as the application's row has it. */
export function settingsOf(
  body: ApplicationChangesBody | Omit<NewApplicationBody, 'id' | 'keys'>,
): Partial<ApplicationSettings> {
  const { parallelSessions, failureLock, endpoints, wires, ...same } = body;
  return {
    ...(same as Partial<ApplicationSettings>),
    ...(parallelSessions !== undefined && limitOf(parallelSessions)),
    ...(failureLock !== undefined && lockOf(failureLock)),
    ...(endpoints && { endpoints: Object.fromEntries(endpoints.map(({ name, ...flags }) => [name, flags])) }),
    ...(wires && { wires: JSON.parse(JSON.stringify(wires)) as ApplicationSettings['wires'] }),
  };
}

export function answerOf(application: ApplicationDetails): ApplicationAnswer {
  const { keys, sessionLimit, atSessionLimit, lockAfter, lockSeconds, endpoints, createdAt, updatedAt } = application;
  return {
    ...shownAsIs(application),
    keys: keys.map((key) => KeyAnswer.of(key)),
    parallelSessions: parallelSessionsOf({ sessionLimit, atSessionLimit }),
    failureLock: lockAfter === null ? null : { after: lockAfter, seconds: lockSeconds },
    endpoints: Object.entries(endpoints).map(([name, flags]): EndpointBody => ({ name, ...flags })),
    createdAt: createdAt.toISOString(),
    updatedAt: updatedAt.toISOString(),
  };
}

const SHOWN_AS_IS = [
  'id',
  'name',
  'status',
  'hosts',
  'allowedOrigins',
  'requiresOrigin',
  'logoutTargets',
  'landingPage',
  'isRegistrationOpen',
  'isGuestAllowed',
  'hasDynamicProperties',
  'propertyNames',
  'requiredProperties',
  'sessionLifetime',
  'sessionIdle',
  'wires',
] as const satisfies (keyof ApplicationDetails)[];

function shownAsIs(application: ApplicationDetails): Pick<ApplicationDetails, (typeof SHOWN_AS_IS)[number]> {
  return Object.fromEntries(SHOWN_AS_IS.map((name) => [name, application[name]])) as never;
}

// In the row, null leaves it to the contract and 0 is unlimited; one session at a time has two names here.
function limitOf(parallel: ParallelSessionsBody | null): Limit {
  const { policy, limit = 1 } = parallel ?? {};
  if (policy === undefined) return { sessionLimit: null, atSessionLimit: 'end_oldest' };
  if (policy === 'unlimited') return { sessionLimit: 0, atSessionLimit: 'end_oldest' };
  if (policy === 'newest_wins') return { sessionLimit: 1, atSessionLimit: 'end_oldest' };
  if (policy === 'first_wins') return { sessionLimit: 1, atSessionLimit: 'refuse' };
  return { sessionLimit: limit, atSessionLimit: policy };
}

function parallelSessionsOf({ sessionLimit, atSessionLimit }: Limit): ParallelSessionsBody | null {
  if (sessionLimit === null) return null;
  if (sessionLimit === 0) return { policy: 'unlimited' };
  if (sessionLimit === 1) return { policy: atSessionLimit === 'refuse' ? 'first_wins' : 'newest_wins' };
  return { policy: atSessionLimit, limit: sessionLimit };
}

function lockOf(lock: { after: number; seconds: number } | null): Partial<ApplicationSettings> {
  return lock ? { lockAfter: lock.after, lockSeconds: lock.seconds } : { lockAfter: null };
}
