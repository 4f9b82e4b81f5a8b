import { Injectable, type ArgumentMetadata, type PipeTransform } from '@nestjs/common';
import { BODY_RULES } from '../../auth/body-rules.js';
import { DomainError } from '../../errors/domain.error.js';
import type { RawBody } from '../../http/body-reader.js';
import { urlEncodedFields } from '../../http/form-fields.js';
import { unreadable } from '../../http/strict-json.js';

const FORM_TYPE = /^application\/x-www-form-urlencoded\b/i;

/** Reads and checks the form of the page for passwords. Refuses MEDIA_TYPE_UNSUPPORTED, BODY_UNREADABLE and VALIDATION_FAILED. */
@Injectable()
export class PasswordForm implements PipeTransform<RawBody | undefined> {
  transform(body: RawBody | undefined, metadata: ArgumentMetadata): Promise<unknown> {
    if (!body || !FORM_TYPE.test(body.contentType))
      throw new DomainError('MEDIA_TYPE_UNSUPPORTED', 'Send the form as the page does.');
    const fields = urlEncodedFields(body.bytes.toString('utf8'));
    if (new Set(fields.map(([name]) => name)).size < fields.length) throw unreadable('The form names one field twice.');
    return BODY_RULES.transform(Object.fromEntries(fields), { ...metadata, type: 'body' }) as Promise<unknown>;
  }
}
