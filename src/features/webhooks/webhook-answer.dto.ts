import { IsIn } from 'class-validator';
import type { EndpointWithSecret, KnownEndpoint } from '../../webhook/webhook-facts.js';
import { WEBHOOK_STATUSES } from './webhooks.dto.js';

export class WebhookAnswer {
  /** @example '019aa3f2-8d2f-7e4b-8c2a-3a5b6c7d8e9f' */
  id!: string;
  /** Null: the events of every application. @example '019aa3f2-6b0d-7c29-8a0e-1e3b4c5d6e7f' */
  applicationId!: string | null;
  /** @example 'https://shop.example.org/hooks/curfew' */
  url!: string;
  /** Empty: every type. @example ['session.ended'] */
  types!: string[];
  /** @example 'Carts of the shop' */
  description!: string | null;
  /** @example 'active' */
  @IsIn(WEBHOOK_STATUSES) status!: (typeof WEBHOOK_STATUSES)[number];
  /** `administrator`, or `receiver` where it answered 410. @example null */
  disabledBy!: string | null;
  /** Until then the secret before the present one signs too. @example null */
  previousSecretUntil!: string | null;
  /** @example '2026-11-20T18:00:00.000Z' */
  createdAt!: string;
  /** @example '2026-11-20T18:00:00.000Z' */
  updatedAt!: string;

  static of({ id, applicationId, url, types, description, status, disabledBy, ...rest }: KnownEndpoint): WebhookAnswer {
    return {
      id,
      applicationId,
      url,
      types,
      description,
      status,
      disabledBy,
      previousSecretUntil: rest.previousSecretUntil?.toISOString() ?? null,
      createdAt: rest.createdAt.toISOString(),
      updatedAt: rest.updatedAt.toISOString(),
    };
  }
}

export class WebhookSecretAnswer extends WebhookAnswer {
  /** What signs from now on: shown here, and never again. @example 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw' */
  secret!: string;

  static with(endpoint: EndpointWithSecret): WebhookSecretAnswer {
    return Object.assign(WebhookAnswer.of(endpoint), { secret: endpoint.secret });
  }
}

export class WebhooksAnswer {
  webhooks!: WebhookAnswer[];
  /** Goes into `after` for the next page; null on the last one. @example null */
  next!: string | null;
}
