import { CommandFailure } from './command-failure.js';
import { printable } from './printable.js';

/** As much of a problem document (RFC 9457) as people are told. */
interface Problem {
  code?: string;
  detail?: string;
  request_id?: string;
}

const ADVICE: Record<string, string> = {
  SERVICE_KEY_UNKNOWN:
    'The key is wrong, ended or expired: make another one where the server runs, with `curfew keys create`.',
  SCOPE_MISSING: 'Take a key that has it: `curfew keys create --scope …`.',
  LOGIN_STALE: 'A service key needs no fresh login: set CURFEW_KEY.',
  STORE_UNAVAILABLE: 'The server does not reach its database: try again, or see `curfew doctor` there.',
  OVERLOADED: 'Try again in a moment.',
};

/** A server's refusal. Its code lets a command decide what it means. */
export class Refusal extends CommandFailure {
  constructor(
    message: string,
    readonly code: string,
  ) {
    super(message);
  }
}

/** What the server said, in one line, and what to do about it. */
export function refusalOf(status: number, text: string, place: string): Refusal {
  const problem = problemIn(text);
  if (!problem?.code) return new Refusal(`${place} answered ${status}: is it a Curfew server?`, 'UNKNOWN');
  const { code, detail = code, request_id: requestId } = problem;
  const advice = ADVICE[code] ? ` ${ADVICE[code]}` : '';
  const trace = status >= 500 && requestId ? ` (request ${requestId})` : '';
  return new Refusal(`Refused: ${printable(detail)}${trace}${advice}`, code);
}

function problemIn(text: string): Problem | undefined {
  try {
    return JSON.parse(text) as Problem;
  } catch {
    return undefined;
  }
}
