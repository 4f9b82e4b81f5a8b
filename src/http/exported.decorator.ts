import { applyDecorators, type Type } from '@nestjs/common';
import { ApiExtraModels, ApiOkResponse, getSchemaPath } from '@nestjs/swagger';
import { csvHeadOf, csvOf, ndjsonOf } from './list-lines.js';

/** What the document shows of a list that `Exports` answers. */
export interface Exported<Row extends object> {
  /** Of the page that JSON is. */
  type: Type;
  description: string;
  columns: readonly (keyof Row & string)[];
  /** One row, as the streams show it. */
  example: Row;
}

/** Documents the three forms of a list: a page of it, or all of it as a stream. */
export function ApiExported<Row extends object>({
  type,
  description,
  columns,
  example,
}: Exported<Row>): MethodDecorator {
  const texts = {
    'application/x-ndjson': ndjsonOf([example]),
    'text/csv': csvHeadOf(columns) + csvOf([example], columns),
  };
  const streams = Object.entries(texts).map(([name, text]) => [name, { schema: { type: 'string', example: text } }]);
  return applyDecorators(
    ApiExtraModels(type),
    ApiOkResponse({
      description: `${description} By \`Accept\`: a page as JSON; all of it as NDJSON, or as CSV, in a stream that is cut where it fails.`,
      content: {
        'application/json': { schema: { $ref: getSchemaPath(type) } },
        ...Object.fromEntries(streams),
      } as never,
    }),
  );
}
