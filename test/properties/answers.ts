import { Ajv } from 'ajv';
import formats from 'ajv-formats';
import type { RawAnswer } from '../raw-request.js';
import type { Operation } from './operations.js';

/** What any route may answer to what never came to it: an odd path, method, head or body. */
const AT_THE_DOOR = [400, 401, 404, 405, 413, 415, 431];
const PROBLEM = 'application/problem+json';
/** What belongs in our log, and in no answer. */
const INSIDES =
  /\n\s+at |node_modules|\bselect .+ from |\binsert into |\bupdate .+ set |violates|syntax error at or near|\/src\//i;

const AJV = new Ajv({ strict: false, validateSchema: false });
(formats as unknown as { default: (ajv: Ajv) => void }).default(AJV);

/** What is wrong with an answer, in words; undefined where nothing is. */
export function faultOf(answer: RawAnswer | undefined, operation: Operation): string | undefined {
  if (!answer) return 'no answer';
  const { status, body } = answer;
  if (!(status >= 200 && status < 500)) return `status ${status}: ${body}`;
  if (INSIDES.test(body)) return `tells of its insides: ${body}`;
  if (!(status in operation.responses) && !AT_THE_DOOR.includes(status)) return `${status} is not documented: ${body}`;
  const isOwn = Object.values(operation.responses).some(({ content }) => content && PROBLEM in content);
  if (operation.method === 'HEAD') return undefined;
  return status >= 400 && isOwn ? faultOfProblem(answer, operation) : faultOfContent(answer, operation);
}

function faultOfProblem({ status, head, body }: RawAnswer, { responses }: Operation): string | undefined {
  const type = typeOf(head);
  if (type !== PROBLEM) {
    // A page refuses as a page. What Node itself refuses has no body, or one of its own.
    const isDocumented = type !== '' && type in (responses[status]?.content ?? {});
    return isDocumented || !head.includes('x-request-id') ? undefined : head;
  }
  const problem = JSON.parse(body) as { status: number; code: string };
  return problem.status === status && /^[A-Z_]+$/.test(problem.code) ? undefined : `not a problem: ${body}`;
}

function typeOf(head: string): string {
  return /^content-type: ([^;\r\n]+)/im.exec(head)?.[1] ?? '';
}

function faultOfContent({ status, head, body }: RawAnswer, { responses }: Operation): string | undefined {
  const type = typeOf(head);
  const schema = responses[status]?.content?.[type]?.schema;
  if (!schema || type !== 'application/json') return undefined;
  const isValid = AJV.compile(schema);
  return isValid(JSON.parse(body)) ? undefined : `${AJV.errorsText(isValid.errors)}: ${body.slice(0, 2_000)}`;
}
