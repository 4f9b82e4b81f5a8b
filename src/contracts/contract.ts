import type { Type } from '@nestjs/common';
import type { DocumentBuilder, OpenAPIObject } from '@nestjs/swagger';
import type { Wire } from '../auth/wire.js';
import type { PresenterFilter } from '../errors/presenter.filter.js';
import type { RefusalStyle } from '../http/openapi-refusals.js';

/** What every document says first. */
export const ABOUT = `A session server in which the row is the session: from the moment a logout is answered, its token opens nothing
any more, on any node, route or contract.`;

/** One legacy wire, as the table of contents knows it. */
export interface Contract {
  readonly module: Type;
  readonly wire: Wire;
  readonly presenter: Type<PresenterFilter>;
  readonly document: ContractDocument;
}

type SecuritySchemeObject = Parameters<DocumentBuilder['addSecurity']>[1];

/** How a wire presents itself in Swagger UI. */
interface ContractDocument {
  /** As the choice on top names it: `Dittofi wire`. */
  readonly name: string;
  readonly description: string;
  readonly tags: readonly (readonly [name: string, description: string])[];
  readonly schemes: Readonly<Record<string, SecuritySchemeObject>>;
  readonly style: RefusalStyle;
  /** Last changes to the document, where decorators cannot say it. */
  adapt?(this: void, document: OpenAPIObject): void;
}
