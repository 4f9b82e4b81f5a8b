import type { Command } from 'commander';
import type { Api } from './api.js';
import { findUser, type User } from './known-user.js';
import { addLeaf, type Runner } from './leaf.js';

/** A link by which somebody chooses a password, once; the operator delivers it. */
export interface Link {
  link: string;
  code: string;
  expiresAt: string;
}

/** `users invite|reset`: no administrator chooses a password for somebody else. */
export function addLinks(users: Command, run: Runner): void {
  for (const kind of ['invite', 'reset'] as const) {
    addLeaf<{ application?: string }>(users, run, {
      name: `${kind} <user>`,
      summary: `print a link by which a user, named by name or id, chooses a ${kind === 'reset' ? 'new ' : ''}password`,
      examples: [`users ${kind} alice@example.org`],
      options: (command) => command.option('--application <id>', 'whose user; left out, the first application'),
      makesLasting: true,
      deed: async ({ args: [named], options: { application }, api }) => {
        const user = await findUser(await api(), named!, application);
        const link = await makeLink(await api(), user, kind);
        return { json: { userId: user.id, ...link }, text: textOf(link) };
      },
    });
  }
}

/** Makes a link; an older one of the same user is good no more. */
export function makeLink(api: Api, { id, applicationId }: User, kind: 'invite' | 'reset'): Promise<Link> {
  return api.ask<Link>('POST', `/admin/users/${id}/links`, { query: { applicationId }, body: { kind } });
}

/** For people: the link alone on its line, to be copied. */
export function textOf({ link, expiresAt }: Link): string {
  return `A link for choosing a password, shown once, good until ${expiresAt}:\n  ${link}\n`;
}
