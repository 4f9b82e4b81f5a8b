import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository, type EntityManager } from 'typeorm';
import { sqlOf } from '../database/background-store.js';
import { LinkCode } from './link-code.js';
import { UserLink } from './user-link.entity.js';
import { User } from './user.entity.js';

/** Why a link is made: for someone who never had a password, or for someone who lost theirs. */
export const LINK_KINDS = ['invite', 'reset'] as const;
export type LinkKind = (typeof LINK_KINDS)[number];

/** Who made a link: a person, or a service by its key. */
export interface LinkMaker {
  userId: string | null;
  keyId: string | null;
}

// The older one of the same user is used up with it.
const MAKE = `
  insert into user_links (user_id, code_hash, kind, password_version, made_by_user_id, made_by_key_id, expires_at)
  values ($1, $2, $3, $4, $5, $6, now() + interval '24 hours')
  on conflict (user_id) do update set
    code_hash = excluded.code_hash, kind = excluded.kind, password_version = excluded.password_version,
    made_by_user_id = excluded.made_by_user_id, made_by_key_id = excluded.made_by_key_id,
    created_at = excluded.created_at, expires_at = excluded.expires_at
  returning expires_at`;

const IS_GOOD = `
  user_links.user_id = $1 and user_links.code_hash = $2 and user_links.expires_at > now()
  and users.id = user_links.user_id and users.password_version = user_links.password_version`;

/** Links by which users choose their password: good for one use within 24 hours, and for the newest of a user alone. */
@Injectable()
export class UserLinks {
  constructor(@InjectRepository(UserLink) private readonly links: Repository<UserLink>) {}

  /** Answers the code, which nobody can read again, and until when it is good. */
  async make(
    { id, passwordVersion }: User,
    kind: LinkKind,
    by: LinkMaker,
    manager: EntityManager,
  ): Promise<{ code: string; expiresAt: Date }> {
    const { code, text } = LinkCode.mint(id);
    const values = [code.userId, code.codeHash, kind, passwordVersion, by.userId, by.keyId];
    const [made] = await sqlOf(manager)<{ expires_at: Date }>(MAKE, values);
    return { code: text, expiresAt: made!.expires_at };
  }

  /** Whose link it is, as long as it is good; disabled or not. */
  async find({ userId, codeHash }: LinkCode): Promise<User | undefined> {
    const rows = await this.links.query<unknown[]>(`select from user_links, users where ${IS_GOOD}`, [
      userId,
      codeHash,
    ]);
    return rows.length === 0 ? undefined : ((await this.links.manager.findOneBy(User, { id: userId })) ?? undefined);
  }

  /** Uses it up. False where it is good no longer, or its user is disabled: of two at once, one finds it. */
  async burn({ userId, codeHash }: LinkCode, manager: EntityManager): Promise<boolean> {
    const text = `delete from user_links using users where ${IS_GOOD} and users.status = 'active' returning kind`;
    return (await sqlOf(manager)(text, [userId, codeHash])).length === 1;
  }
}
