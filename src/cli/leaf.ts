import type { Command } from 'commander';
import type { CommandLineEnvironment } from '../environment/command-line.js';
import type { Api } from './api.js';
import type { Terminal } from './terminal.js';

/** What a command has to show: one document for programs, and text for people. */
export interface Answer {
  json: unknown;
  text: string;
  /** Other than 0 where it was done, and what it found is bad. */
  exitCode?: number;
}

/** Options that every command has. */
export interface CommonOptions {
  json?: boolean;
  url?: string;
  keyFile?: string;
}

/** What a command works with while it runs. */
export interface Work<Options = unknown> {
  readonly options: Options & CommonOptions;
  /** The arguments, in their order. */
  readonly args: string[];
  readonly terminal: Terminal;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
  readonly environment: CommandLineEnvironment;
  /** The administration's API: opened at the first call, closed when the command ends. */
  readonly api: () => Promise<Api>;
}

/** What a command does: its answer, or its exit code where it printed by itself. Throws CommandFailure. */
type Deed<Options> = (work: Work<Options>) => Promise<Answer | number>;

/** Runs the deed of the command that was asked for. */
export type Runner = <Options>(command: Command, leaf: Leaf<Options>) => Promise<void>;

/** A command at the end of a branch: its name and arguments, what it does in one line, how it is used, its own options. */
export interface Leaf<Options> {
  name: string;
  summary: string;
  examples: string[];
  /** Adds options of its own. */
  options?: (command: Command) => Command;
  /** It talks to no server: no --url, no --key-file. */
  isLocal?: boolean;
  /** It writes a log or a script, and no document. */
  hasNoJson?: boolean;
  /** It makes what may last: keys, or people who administer. No key makes what reaches further, or lives longer, than itself. */
  makesLasting?: boolean;
  deed: Deed<Options>;
}

/** Adds a command under its branch. */
export function addLeaf<Options>(branch: Command, run: Runner, leaf: Leaf<Options>): void {
  const command = branch.command(leaf.name).description(leaf.summary);
  leaf.options?.(command);
  if (!leaf.isLocal) {
    command.option('--url <origin>', 'the server to talk to (or CURFEW_URL); left out, the database of this machine');
    command.option('--key-file <path>', 'a file with a service key of that server (or CURFEW_KEY)');
  }
  if (!leaf.hasNoJson) command.option('--json', 'one JSON document on stdout, and nothing else');
  const examples = leaf.examples.map((line) => `  $ curfew ${line}`).join('\n');
  command.addHelpText('after', `\nExamples:\n${examples}`);
  command.action(() => run(command, leaf));
}
