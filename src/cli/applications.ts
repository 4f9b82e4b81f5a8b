import type { Command } from 'commander';
import { addLeaf, type Answer, type Runner, type Work } from './leaf.js';
import { counted, instant, tableOf } from './table.js';

/** An application as the API shows it, as far as people need it to choose one. */
interface Application {
  id: string;
  name: string;
  status: 'active' | 'disabled';
  hosts: string[];
  createdAt: string;
}

const COLUMNS = {
  id: ({ id }: Application) => id,
  name: ({ name }: Application) => name,
  status: ({ status }: Application) => status,
  hosts: ({ hosts }: Application) => hosts.join(' ') || null,
  made: ({ createdAt }: Application) => instant(createdAt),
};

/** `applications list`: which there are, with the ids that `--application` takes. */
export function addApplications(program: Command, run: Runner): void {
  const applications = program.command('applications').description('tenants: list');
  addLeaf(applications, run, {
    name: 'list',
    summary: 'the applications with their ids, newest first',
    examples: ['applications list'],
    deed: listApplications,
  });
}

async function listApplications({ api }: Work): Promise<Answer> {
  const { things } = await (await api()).list<Application>('/admin/applications', 'applications', {});
  return {
    json: { applications: things },
    text: `${tableOf(COLUMNS, things)}${counted(things.length, 'application')}\n`,
  };
}
