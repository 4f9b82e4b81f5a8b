import { CommanderError, type Command } from 'commander';
import { readCommandLine } from '../environment/command-line.js';
import type { Api } from './api.js';
import { CommandFailure, EXIT } from './command-failure.js';
import { connect } from './connection.js';
import type { Answer, Leaf, Work } from './leaf.js';
import { programOf } from './program.js';
import { Terminal } from './terminal.js';

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;
/** npx passes Ctrl-C on to a process that has it from the terminal already. */
const SAME_MS = 300;

/** One run of the command line, from its arguments to its exit code. */
export class CommandLine {
  private readonly interruption = new AbortController();
  private readonly environment = readCommandLine();
  private readonly terminal = new Terminal(process, this.environment.isPlain, () =>
    this.interruption.abort('reader gone'),
  );
  private interruptedAt = 0;
  private opening?: Promise<Api>;
  private exitCode: number = EXIT.done;

  /** Runs `curfew <args>`; answers the exit code. Prints every refusal as one line on stderr. */
  async run(args: string[]): Promise<number> {
    const onInterrupt = (): void => this.interrupt();
    for (const signal of SIGNALS) process.on(signal, onInterrupt);
    try {
      const program = programOf((command, leaf) => this.perform(command, leaf), process);
      await program.parseAsync(asAsked(args), { from: 'user' });
    } catch (error) {
      this.exitCode = this.fail(error);
    } finally {
      await this.leave();
      for (const signal of SIGNALS) process.off(signal, onInterrupt);
    }
    await this.terminal.flush();
    return this.exitCode;
  }

  private async perform<Options>(command: Command, { deed, makesLasting = false }: Leaf<Options>): Promise<void> {
    const options = command.opts<Work<Options>['options']>();
    const { terminal, environment } = this;
    const { signal } = this.interruption;
    const api = (): Promise<Api> =>
      (this.opening ??= connect({ options, environment, terminal, signal }, makesLasting));
    const answer = await deed({ options, args: command.args, terminal, environment, signal, api });
    this.exitCode = typeof answer === 'number' ? answer : await this.show(answer, Boolean(options.json));
  }

  private async show({ json, text, exitCode = EXIT.done }: Answer, isJson: boolean): Promise<number> {
    await this.terminal.print(isJson ? `${JSON.stringify(json, null, 2)}\n` : text);
    return exitCode;
  }

  /** The second Ctrl-C waits for nothing any more. */
  private interrupt(): void {
    // What a shell expects of a program that Ctrl-C ended.
    if (this.interruption.signal.aborted && performance.now() - this.interruptedAt > SAME_MS)
      process.exit(EXIT.interrupted);
    this.interruptedAt ||= performance.now();
    this.interruption.abort('interrupted');
  }

  private fail(error: unknown): number {
    if (this.interruption.signal.reason === 'reader gone') return EXIT.done;
    // Its words have been written by its own output.
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
    const known = error instanceof CommandFailure;
    const line = known ? error.message : ((error as Error).stack ?? String(error));
    this.terminal.note(`${this.terminal.coloured('curfew:', 'red', 'stderr')} ${line}`);
    return known ? error.exitCode : EXIT.failed;
  }

  private async leave(): Promise<void> {
    try {
      const api = await this.opening?.catch(() => undefined);
      await api?.close();
    } catch (error) {
      this.exitCode ||= this.fail(error);
    }
  }
}

/** `help users add` is what `users add --help` is. */
function asAsked(args: string[]): string[] {
  const [first, ...others] = args;
  return first === 'help' && others.length > 0 ? [...others, '--help'] : args;
}
