import { buildMessage, ValidateBy } from 'class-validator';
import { isSecret } from '../../webhook/webhook-secret.js';

/** A secret after Standard Webhooks. The message does not repeat it. */
export function IsWebhookSecret(): PropertyDecorator {
  return ValidateBy({
    name: 'isWebhookSecret',
    validator: {
      validate: isSecret,
      defaultMessage: buildMessage((each) => `${each}$property must be whsec_ and base64 of 24 to 64 bytes`),
    },
  });
}
