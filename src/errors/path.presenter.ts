import { Catch } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { DomainError } from './domain.error.js';
import { PresenterFilter, type Face } from './presenter.filter.js';

/** Whose face a path shows, also where no controller was reached. */
export interface FaceOfPaths {
  owns(this: void, path: string): boolean;
  presenter: PresenterFilter;
}

/** The faces of everything that no controller answered: a wire's own under its paths, the default elsewhere. */
@Catch()
export class PathPresenter extends PresenterFilter {
  constructor(
    private readonly fallback: PresenterFilter,
    private readonly faces: FaceOfPaths[],
  ) {
    super();
  }

  face(refusal: DomainError, request: FastifyRequest): Face {
    const [path] = request.url.split('?') as [string];
    const owner = this.faces.find((face) => face.owns(path));
    return (owner?.presenter ?? this.fallback).face(refusal, request);
  }
}
