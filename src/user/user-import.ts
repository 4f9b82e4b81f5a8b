import { Injectable } from '@nestjs/common';
import { Store, type Run } from '../database/store.js';
import type { FieldFault } from '../errors/domain.error.js';
import type { User } from './user.entity.js';

/** A user who comes from elsewhere, with the names that they log in by. */
export interface BroughtUser extends Pick<
  User,
  'id' | 'username' | 'email' | 'displayName' | 'status' | 'roles' | 'properties' | 'passwordHash'
> {
  readonly names: readonly string[];
  /** Null: now. */
  readonly createdAt: string | null;
}

const TAKEN_NAMES = `
  select name from identities where application_id = $1 and name in (select json_array_elements_text($2::json))`;
const TAKEN_IDS = `select id from users where id in (select value::uuid from json_array_elements_text($1::json) as ids (value))`;
// In the order of their keys: two imports of the same people wait for each other in no circle.
const INSERT_USERS = `
  insert into users (id, application_id, username, email, display_name, status, roles, properties, password_hash, created_at)
  select id, $1, username, email, "displayName", status,
    array(select json_array_elements_text(roles)), properties, "passwordHash", coalesce("createdAt", now())
  from json_to_recordset($2::json) as brought (
    id uuid, username text, email text, "displayName" text, status text, roles json, properties jsonb, "passwordHash" text,
    "createdAt" timestamptz
  )
  order by id on conflict (id) do nothing returning id`;
const INSERT_NAMES = `
  insert into identities (application_id, name, user_id)
  select $1, name, "userId" from json_to_recordset($2::json) as brought (name text, "userId" uuid)
  order by name on conflict do nothing returning name`;
const DELETE_USERS = `delete from users where id in (select value::uuid from json_array_elements_text($1::json) as ids (value))`;

const ID_TAKEN: FieldFault = { field: 'id', message: 'is taken' };

/** Inserts many users at once; whoever cannot be made is left out, and nobody with them. */
@Injectable()
export class UserImport {
  constructor(private readonly store: Store) {}

  /** Answers by id why someone is left out. No two of them may share an id or a name. */
  async insert(applicationId: string, users: readonly BroughtUser[]): Promise<Map<string, FieldFault>> {
    if (users.length === 0) return new Map();
    return this.store.transaction(async ({ run }) => {
      const faults = await taken(run, applicationId, users);
      const free = users.filter(({ id }) => !faults.has(id));
      const made = await idsOf(run, INSERT_USERS, [applicationId, JSON.stringify(free)]);
      const names = free.flatMap(({ id, names: own }) =>
        made.has(id) ? own.map((name) => ({ name, userId: id })) : [],
      );
      const named = await idsOf(run, INSERT_NAMES, [applicationId, JSON.stringify(names)]);
      // Somebody took it in between: then nothing of this user stays.
      const nameless = free.filter(({ id, names: own }) => made.has(id) && own.some((name) => !named.has(name)));
      if (nameless.length > 0) await run({ text: DELETE_USERS }, [JSON.stringify(nameless.map(({ id }) => id))]);
      for (const user of free) if (!made.has(user.id)) faults.set(user.id, ID_TAKEN);
      for (const user of nameless)
        faults.set(
          user.id,
          nameTaken(user, (name) => !named.has(name)),
        );
      return faults;
    });
  }
}

async function taken(run: Run, applicationId: string, users: readonly BroughtUser[]): Promise<Map<string, FieldFault>> {
  const names = await idsOf(run, TAKEN_NAMES, [applicationId, JSON.stringify(users.flatMap((user) => user.names))]);
  const ids = await idsOf(run, TAKEN_IDS, [JSON.stringify(users.map(({ id }) => id))]);
  const faults = new Map<string, FieldFault>();
  for (const user of users) {
    if (ids.has(user.id)) faults.set(user.id, ID_TAKEN);
    else if (user.names.some((name) => names.has(name)))
      faults.set(
        user.id,
        nameTaken(user, (name) => names.has(name)),
      );
  }
  return faults;
}

/** The first name is the user name's, a second one the e-mail's. */
function nameTaken({ names }: BroughtUser, isTaken: (name: string) => boolean): FieldFault {
  return { field: isTaken(names[0]!) ? 'username' : 'email', message: 'is taken' };
}

async function idsOf(run: Run, text: string, values: unknown[]): Promise<Set<string>> {
  return new Set((await run({ text }, values)).map(([id]) => id!));
}
