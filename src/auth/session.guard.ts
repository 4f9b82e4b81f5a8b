import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { AuthGuard } from '@nestjs/passport';
import type { FastifyRequest } from 'fastify';
import { AuthenticateWith } from './authenticate-with.decorator.js';
import { ChangesState } from './changes-state.decorator.js';
import { NATIVE } from './native.strategy.js';
import { OriginGate } from './origin.gate.js';
import { IsPublic } from './public.decorator.js';

/** What a route asks of its callers; read from its decorators once. */
interface Door {
  isPublic: boolean;
  changesState: boolean;
  passport: CanActivate;
}

/** Before every route, and closed: only `@Public()` opens one. What changes state passes the origin gate first. */
@Injectable()
export class SessionGuard implements CanActivate {
  private readonly doors = new WeakMap<object, WeakMap<object, Door>>();

  constructor(
    private readonly reflector: Reflector,
    private readonly gate: OriginGate,
  ) {}

  canActivate(context: ExecutionContext): ReturnType<CanActivate['canActivate']> {
    const door = this.doors.get(context.getClass())?.get(context.getHandler()) ?? this.open(context);
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    if (!door.changesState && (request.method === 'GET' || request.method === 'HEAD'))
      return door.isPublic || door.passport.canActivate(context);
    return this.gate
      .admit(request)
      .then(() => door.isPublic || (door.passport.canActivate(context) as Promise<boolean>));
  }

  private open(context: ExecutionContext): Door {
    const route = [context.getHandler(), context.getClass()];
    const PassportGuard = AuthGuard(this.reflector.getAllAndOverride(AuthenticateWith, route) ?? NATIVE);
    const door = {
      isPublic: this.reflector.getAllAndOverride(IsPublic, route) ?? false,
      changesState: this.reflector.getAllAndOverride(ChangesState, route) ?? false,
      passport: new PassportGuard({ property: 'principal' }),
    };
    const doors = this.doors.get(context.getClass()) ?? new WeakMap<object, Door>();
    this.doors.set(context.getClass(), doors.set(context.getHandler(), door));
    return door;
  }
}
