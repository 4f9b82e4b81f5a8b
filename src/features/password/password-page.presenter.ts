import { Catch } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { DomainError } from '../../errors/domain.error.js';
import type { Face } from '../../errors/presenter.filter.js';
import { ProblemPresenter } from '../../errors/problem.presenter.js';
import type { RawBody } from '../../http/body-reader.js';
import { urlEncodedFields } from '../../http/form-fields.js';
import { PAGE_TYPE, PasswordPage } from './password-page.js';

/** Refusals as the page shows them to people: the form again, with the reason. */
@Catch()
export class PasswordPagePresenter extends ProblemPresenter {
  override face(refusal: DomainError, request: FastifyRequest): Face {
    const { bytes } = (request.body ?? {}) as Partial<RawBody>;
    const fields = bytes ? urlEncodedFields(bytes.toString('utf8')) : [];
    const [, code = ''] = fields.find(([name]) => name === 'code') ?? [];
    const page = PasswordPage.refused(refusal.message, code.trim());
    const { status } = super.face(refusal, request);
    return { status, headers: page.headers, contentType: PAGE_TYPE, body: page.html };
  }
}
