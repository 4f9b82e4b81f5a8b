import { applyDecorators, UseFilters, type Type } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { AuthenticateWith } from '../auth/authenticate-with.decorator.js';
import type { PresenterFilter } from '../errors/presenter.filter.js';

/** Puts a controller under a contract: its strategy finds the token, its presenter shows the refusals. */
export function UseContract(name: string, presenter: Type<PresenterFilter>, tag: string): ClassDecorator {
  return applyDecorators(AuthenticateWith(name), UseFilters(presenter), ApiTags(tag));
}
