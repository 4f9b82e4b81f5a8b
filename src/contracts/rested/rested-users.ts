import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { OwnUserService } from '../../auth/own-user.service.js';
import { RegistrationService } from '../../auth/registration.service.js';
import { clientOf } from '../../auth/request-client.js';
import { applicationOf, callerOf } from '../../auth/wire-entry.js';
import type { RawBody } from '../../http/body-reader.js';
import { UserService } from '../../user/user.service.js';
import { checked, fieldsIn } from './rested-body.js';
import { RestedCallers } from './rested-callers.js';
import type { RestedQuery } from './rested-query.js';
import { oneNameIn } from './rested-sessions.js';
import { RestedTerms } from './rested-terms.js';
import { changesOf, ownFields } from './rested-user-data.js';
import { RESTED } from './rested.strategy.js';
import { RestedAnswer, RestedChange, RestedRegistration, type RestedReader } from './rested.wire.js';

const MAX_USERS = 1_000;

/** The users behind an authentication endpoint: each their own, or all of them for an operator. */
@Injectable()
export class RestedUsers {
  constructor(
    private readonly registrations: RegistrationService,
    private readonly ownUser: OwnUserService,
    private readonly users: UserService,
    private readonly callers: RestedCallers,
    private readonly terms: RestedTerms,
  ) {}

  /** Starts no session: whoever is registered logs in. */
  async register(request: FastifyRequest): Promise<RestedAnswer> {
    const fields = fieldsIn(request.body as RawBody | undefined);
    const { password, ...names } = await checked(RestedRegistration, fields);
    oneNameIn(names);
    const newUser = { ...names, password, properties: ownFields(fields) };
    const user = await this.registrations.register(applicationOf(request).id, newUser, clientOf(request, RESTED));
    return RestedAnswer.ofUser(user);
  }

  /** Reads the user who is logged in; to an operator those that are named, or the newest 1,000. Ids and token are judged at once. */
  reader({ ids }: RestedQuery, request: FastifyRequest): RestedReader {
    if (request.isOperator && ids.length === 0) return () => this.list(applicationOf(request).id);
    const owners = (ids.length > 0 ? ids : [undefined]).map((id) => this.callers.ownerOf(request, id));
    if (!request.isOperator) return async () => RestedAnswer.ofUser(callerOf(request));
    return async () => {
      const users = await Promise.all(owners.map((owner) => this.ownUser.get(owner)));
      const answers = users.map((user) => RestedAnswer.ofUser(user));
      return answers.length === 1 ? answers[0]! : answers;
    };
  }

  /** See `changesOf` for what stays and what goes. A new password ends the user's other sessions. */
  async change({ id, strategy }: RestedQuery, request: FastifyRequest): Promise<RestedAnswer> {
    const fields = fieldsIn(request.body as RawBody | undefined);
    const { password, ...names } = await checked(RestedChange, fields);
    const owner = this.callers.ownerOf(request, id);
    const own = ownFields(fields);
    const changed = await this.ownUser.change(owner, (user) => changesOf(user, names, own, strategy), password);
    return RestedAnswer.ofUser(changed);
  }

  async remove({ id }: RestedQuery, request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const owner = this.callers.ownerOf(request, id);
    await this.ownUser.remove(owner);
    if (!request.isOperator) this.terms.clear(request, reply);
  }

  private async list(applicationId: string): Promise<RestedAnswer[]> {
    return (await this.users.list(applicationId, MAX_USERS)).map((user) => RestedAnswer.ofUser(user));
  }
}
