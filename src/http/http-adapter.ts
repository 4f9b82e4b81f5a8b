import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyServerOptions } from 'fastify';
import type { PresenterFilter } from '../errors/presenter.filter.js';
import { answerUnknownRoutes } from './allowed-methods.js';

type Options = FastifyServerOptions;

/** Nest's adapter, which tells an unknown path from an unknown method. */
export class HttpAdapter extends FastifyAdapter {
  private readonly answerUnknown: () => void;

  constructor(options: Options, presenter: PresenterFilter) {
    super(options as never);
    this.answerUnknown = answerUnknownRoutes(this.fastify, presenter);
  }

  get fastify(): FastifyInstance {
    return this.getInstance() as unknown as FastifyInstance;
  }

  /** Nest offers its own answer here; ours knows the methods of each path. */
  override setNotFoundHandler(): never {
    this.answerUnknown();
    return undefined as never;
  }
}
