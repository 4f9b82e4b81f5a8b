import { Injectable } from '@nestjs/common';
import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { DomainError } from '../errors/domain.error.js';
import { BoundedQueue } from '../user/bounded-queue.js';

/** What a process is asked, as JSON on its input. */
export interface QueryQuestion {
  expression: string;
  input: unknown;
}

/** What it answers, as JSON on its output. */
export type QueryAnswer = { result?: unknown } | { fault: string };

const PROGRAM = join(import.meta.dirname, 'query-process.js');
const MAX_EXPRESSION_BYTES = 2_048;
const MAX_INPUT_BYTES = 262_144;
const MAX_RESULT_BYTES = 1_048_576;
const MAX_WAITING = 8;
const MAX_MS = 2_000;
const FLAGS = ['--max-old-space-size=64', '--disallow-code-generation-from-strings', '--disable-proto=delete'];

/**
 * Evaluates JSONata, in which anyone can write an endless loop or ask for all the memory there is. So each expression gets a
 * process of its own with two seconds, a small heap and nothing of ours in its environment. Not a worker thread: V8 ends
 * the whole process when a thread's heap overflows fast enough, whatever its `resourceLimits` say.
 */
@Injectable()
export class QueryEvaluator {
  // Half of the cores at most, whoever asks: checks and logins need the others.
  private readonly queue = new BoundedQueue(Math.max(1, Math.floor(availableParallelism() / 2)), MAX_WAITING);

  /**
   * Loads the input when its turn has come, so that whoever waits holds nothing. Refuses VALIDATION_FAILED for what is no
   * expression, fails, or takes too much of anything; OVERLOADED when too many wait.
   */
  async evaluate(expression: string, load: () => Promise<unknown>): Promise<unknown> {
    if (expression === '' || Buffer.byteLength(expression) > MAX_EXPRESSION_BYTES)
      throw invalid(`must be an expression of at most ${MAX_EXPRESSION_BYTES} bytes`);
    const text = await this.queue.run(async () => ask(questionOf(expression, await load())));
    const answer = JSON.parse(text) as QueryAnswer;
    if ('fault' in answer) throw invalid(answer.fault.slice(0, 200));
    // What a pattern named `toJSON` made of its object may be nothing.
    return answer.result ?? null;
  }
}

// A QueryQuestion as JSON.
function questionOf(expression: string, input: unknown): string {
  const text = JSON.stringify(input);
  if (Buffer.byteLength(text) > MAX_INPUT_BYTES)
    throw invalid(`the records are more than ${MAX_INPUT_BYTES / 1_024} KiB: ask for fewer`);
  return `{"expression":${JSON.stringify(expression)},"input":${text}}`;
}

function ask(question: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [...FLAGS, PROGRAM], {
      env: {},
      stdio: ['pipe', 'pipe', 'ignore'],
      timeout: MAX_MS,
      killSignal: 'SIGKILL',
    });
    const pieces: Buffer[] = [];
    let size = 0;
    child.stdout.on('data', (piece: Buffer) => {
      pieces.push(piece);
      size += piece.length;
      if (size > MAX_RESULT_BYTES) child.kill('SIGKILL');
    });
    child.on('error', reject);
    // A process that has died does not read on; its end says why.
    child.stdin.on('error', () => {});
    child.on('close', (code) => {
      if (size > MAX_RESULT_BYTES) reject(invalid('has a result larger than 1 MiB'));
      else if (code === 0) resolve(Buffer.concat(pieces).toString('utf8'));
      else reject(invalid('takes too much time or memory'));
    });
    child.stdin.end(question);
  });
}

function invalid(fault: string): DomainError {
  return new DomainError('VALIDATION_FAILED', `jsonata: ${fault}`, { faults: [{ field: 'jsonata', message: fault }] });
}
