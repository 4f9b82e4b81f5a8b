import type { Command } from 'commander';
import type { Api } from './api.js';
import { findUser } from './known-user.js';
import { durationOption, instantOption } from './option-parts.js';

/** Which sessions are meant, as the command line says it. */
export interface FilterOptions {
  user?: string;
  application?: string;
  contract?: string;
  address?: string;
  browser?: string;
  system?: string;
  role?: string;
  createdBefore?: string;
  createdAfter?: string;
  lastSeenBefore?: string;
  lastSeenAfter?: string;
  idleLongerThan?: number;
}

/** The same as the API wants it. */
export type Filter = Record<string, string | number | undefined>;

/** Adds the options of a filter: all that are given must hold. */
export function filterOptions(command: Command): Command {
  return command
    .option('--user <user>', 'of this user, by name or id')
    .option('--application <id>', 'of this application')
    .option('--contract <name>', 'native, or the name of a wire')
    .option('--address <address>', 'from this address or range, such as 203.0.113.0/24')
    .option('--browser <name>', 'such as Chrome')
    .option('--system <name>', 'such as Linux')
    .option('--role <role>', 'of users who have this role')
    .addOption(instantOption('--created-before <when>', 'started earlier: an instant, or 12h ago', 'ago'))
    .addOption(instantOption('--created-after <when>', 'started then or later', 'ago'))
    .addOption(instantOption('--last-seen-before <when>', 'last seen earlier', 'ago'))
    .addOption(instantOption('--last-seen-after <when>', 'last seen then or later', 'ago'))
    .addOption(durationOption('--idle-longer-than <duration>', 'not seen for so long, such as 30m'));
}

/** The filter as routes take it; a user is looked up by name. Throws CommandFailure for one who is not there. */
export async function filterOf(options: FilterOptions, api: Api): Promise<Filter> {
  const { user, application: applicationId, contract, address, browser, system, role, idleLongerThan } = options;
  const { createdBefore, createdAfter, lastSeenBefore, lastSeenAfter } = options;
  return {
    userId: user === undefined ? undefined : (await findUser(api, user, applicationId)).id,
    applicationId,
    contract,
    address,
    browser,
    system,
    role,
    createdBefore,
    createdAfter,
    lastSeenBefore,
    lastSeenAfter,
    idleForMs: idleLongerThan,
  };
}
