/** Exit codes: done, refused or failed, wrong usage, stopped by Ctrl-C. */
export const EXIT = { done: 0, failed: 1, usage: 2, interrupted: 130 } as const;

/** Why a command did not do what was asked: one line that says what happened and what to do. */
export class CommandFailure extends Error {
  constructor(
    message: string,
    readonly exitCode: number = EXIT.failed,
  ) {
    super(message);
  }
}

/** The command was given what it cannot take. */
export function wrongUsage(message: string): CommandFailure {
  return new CommandFailure(message, EXIT.usage);
}

/** Ctrl-C came; the line says what was done until then. */
export function interrupted(message = 'Interrupted; nothing was changed.'): CommandFailure {
  return new CommandFailure(message, EXIT.interrupted);
}
