import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { SessionService } from '../session/session.service.js';
import { AuthenticateWith } from './authenticate-with.decorator.js';
import { ChangesState } from './changes-state.decorator.js';
import { NATIVE } from './native.strategy.js';
import { OriginGate } from './origin.gate.js';
import { PassportGuard } from './passport.guard.js';
import { IsPublic } from './public.decorator.js';
import { Strategies } from './strategies.js';
import { WireEntries } from './wire-entries.js';
import type { WireEntry } from './wire-entry.js';
import { hostOf } from './wire.js';

/** What a route asks of its callers; read from its decorators once. */
interface Door {
  isPublic: boolean;
  /** Undefined where the method of the request tells. */
  changesState: boolean | undefined;
  passport: CanActivate;
  /** The wire's own entry, on its routes. */
  entry: WireEntry | undefined;
}

/** Before every route, and closed: only `@Public()` opens one. What changes state passes the origin gate first. */
@Injectable()
export class SessionGuard implements CanActivate {
  private readonly doors = new WeakMap<object, WeakMap<object, Door>>();

  constructor(
    private readonly reflector: Reflector,
    private readonly strategies: Strategies,
    private readonly gate: OriginGate,
    private readonly entries: WireEntries,
    private readonly sessions: SessionService,
  ) {}

  canActivate(context: ExecutionContext): ReturnType<CanActivate['canActivate']> {
    const door = this.doors.get(context.getClass())?.get(context.getHandler()) ?? this.open(context);
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const changesState = door.changesState ?? (request.method !== 'GET' && request.method !== 'HEAD');
    if (!changesState && !door.entry) return door.isPublic || door.passport.canActivate(context);
    const admitted = door.entry ? door.entry.enter(request, changesState) : this.admit(request);
    return admitted.then(() => door.isPublic || (door.passport.canActivate(context) as Promise<boolean>));
  }

  private admit(request: FastifyRequest): Promise<void> {
    return this.gate.admitBy(request, async () => {
      return (await this.sessions.applicationOf({ host: hostOf(request) }))?.allowedOrigins ?? [];
    });
  }

  private open(context: ExecutionContext): Door {
    const route = [context.getHandler(), context.getClass()];
    const way = this.reflector.getAllAndOverride(AuthenticateWith, route) ?? NATIVE;
    const door = {
      isPublic: this.reflector.getAllAndOverride(IsPublic, route) ?? false,
      changesState: this.reflector.getAllAndOverride(ChangesState, route),
      passport: new PassportGuard(this.strategies, way),
      entry: this.entries.find(way),
    };
    const doors = this.doors.get(context.getClass()) ?? new WeakMap<object, Door>();
    this.doors.set(context.getClass(), doors.set(context.getHandler(), door));
    return door;
  }
}
