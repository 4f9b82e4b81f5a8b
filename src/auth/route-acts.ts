import { Injectable, RequestMethod, type Type } from '@nestjs/common';
import { METHOD_METADATA, PATH_METADATA, ROUTE_ARGS_METADATA } from '@nestjs/common/constants.js';
import { RouteParamtypes } from '@nestjs/common/enums/route-paramtypes.enum.js';
import { MetadataScanner, ModulesContainer, Reflector } from '@nestjs/core';
import { FASTIFY_ROUTE_CONFIG_METADATA } from '@nestjs/platform-fastify/constants.js';
import type { QUESTION } from '../http/request-log.js';
import { Act } from './act.decorator.js';
import { ADMINISTRATOR } from './administrator.strategy.js';
import { AuthenticateWith } from './authenticate-with.decorator.js';
import { ChangesState } from './changes-state.decorator.js';
import { WireEntries } from './wire-entries.js';

/** What a route does, as the audit log names it. */
export interface RouteAct {
  /** `users.change`, or what `@Act` says. */
  readonly act: string;
  readonly changesState: boolean;
  readonly isAdministrative: boolean;
  /** An administrator’s route that reads its query: there `applicationId` says whose users, sessions and so on are meant. */
  readonly asksApplication: boolean;
  readonly contract: string;
  /** What the parameters of the path stand for, in its order: `['user', 'id']`. */
  readonly targets: readonly (readonly [type: string, parameter: string])[];
  /** What the path ends with: `user`, of which a POST makes one. */
  readonly made: string;
}

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS']);

/** The acts of all routes, read from their decorators once. */
@Injectable()
export class RouteActs {
  private readonly acts = new Map<string, RouteAct>();

  constructor(
    private readonly modules: ModulesContainer,
    private readonly reflector: Reflector,
    private readonly entries: WireEntries,
  ) {}

  /** Undefined for a route that belongs to no controller. */
  find(method: string, url: string): RouteAct | undefined {
    if (this.acts.size === 0) this.readAll();
    return this.acts.get(`${method} ${url}`);
  }

  /** The acts that change something, each once. */
  names(): string[] {
    if (this.acts.size === 0) this.readAll();
    const changing = [...this.acts.values()].filter(({ changesState }) => changesState);
    return [...new Set(changing.map(({ act }) => act))].toSorted();
  }

  private readAll(): void {
    const scanner = new MetadataScanner();
    for (const { controllers } of this.modules.values())
      for (const { metatype } of controllers.values()) {
        const prototype = (metatype as Type<object>).prototype as Record<string, () => unknown>;
        for (const name of scanner.getAllMethodNames(prototype)) this.read(metatype as Type, name, prototype[name]!);
      }
  }

  private read(controller: Type, name: string, handler: () => unknown): void {
    const method = Reflect.getMetadata(METHOD_METADATA, handler) as RequestMethod | undefined;
    if (method === undefined) return;
    const verb = RequestMethod[method];
    for (const prefix of pathsOf(controller))
      for (const path of pathsOf(handler)) {
        const url = `/${[prefix, path]
          .flatMap((part) => part.split('/'))
          .filter(Boolean)
          .join('/')}`;
        this.acts.set(`${verb} ${url}`, this.actOf(controller, name, handler, verb, url));
      }
  }

  private actOf(controller: Type, name: string, handler: () => unknown, verb: string, url: string): RouteAct {
    const route: [() => unknown, Type] = [handler, controller];
    const way = this.reflector.getAllAndOverride(AuthenticateWith, route);
    const [first, ...rest] = controller.name.replace(/Controller$/, '');
    return {
      act: this.reflector.get(Act, handler) ?? `${first!.toLowerCase()}${rest.join('')}.${name}`,
      changesState: !isQuestion(handler) && (this.reflector.getAllAndOverride(ChangesState, route) ?? !SAFE.has(verb)),
      isAdministrative: way === ADMINISTRATOR,
      asksApplication: way === ADMINISTRATOR && readsQuery(controller, name),
      contract: this.entries.find(way ?? 'native')?.wire.contract ?? 'native',
      targets: [...url.matchAll(/\/([\w-]+)\/:(\w+)/g)].map(([, type, parameter]) => [singular(type!), parameter!]),
      made: singular(url.split('/').at(-1)!),
    };
  }
}

function pathsOf(target: object): string[] {
  return [Reflect.getMetadata(PATH_METADATA, target) as string | string[]].flat();
}

function isQuestion(handler: object): boolean {
  const config = Reflect.getMetadata(FASTIFY_ROUTE_CONFIG_METADATA, handler) as Partial<typeof QUESTION> | undefined;
  return config?.isQuestion ?? false;
}

function readsQuery(controller: Type, method: string): boolean {
  const parameters = (Reflect.getMetadata(ROUTE_ARGS_METADATA, controller, method) ?? {}) as object;
  return Object.keys(parameters).some((key) => key.startsWith(`${RouteParamtypes.QUERY}:`));
}

/** `service-keys` → `service_key` */
function singular(segment: string): string {
  return segment.replace(/ies$/, 'y').replace(/s$/, '').replaceAll('-', '_');
}
