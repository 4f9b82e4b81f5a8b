import { buildMessage, ValidateBy, type ValidationOptions } from 'class-validator';

/** Exactly as a browser sends it in `Origin`: scheme, host in lower case, a port that is not the default; or `null`. */
export function IsOrigin(options?: ValidationOptions): PropertyDecorator {
  return urlRule(
    'isOrigin',
    'must hold origins as browsers send them, such as https://app.example.org',
    isOrigin,
    options,
  );
}

/** An absolute http or https address without user info and fragment, an origin, or `*`. */
export function IsHttpUrl(options?: ValidationOptions): PropertyDecorator {
  return urlRule('isHttpUrl', 'must be http or https addresses without user info and fragment', isHttpUrl, options);
}

function isOrigin(value: string): boolean {
  if (value === 'null') return true;
  return (
    /^[a-z][a-z0-9+.-]*:\/\//.test(value) &&
    URL.canParse(value) &&
    (new URL(value).origin === value || isAppOrigin(value))
  );
}

/** Origins of apps in a shell, such as `capacitor://localhost`: the standard gives them no origin, browsers send them all the same. */
function isAppOrigin(value: string): boolean {
  return /^(?:capacitor|ionic|app|tauri):\/\/[a-z0-9.-]+$/.test(value);
}

function isHttpUrl(value: string): boolean {
  if (value === '*') return true;
  if (!/^https?:\/\/[!-~]+$/.test(value) || value.includes('\\') || !URL.canParse(value)) return false;
  const { username, password, hash } = new URL(value);
  return username === '' && password === '' && hash === '';
}

function urlRule(
  name: string,
  text: string,
  isGood: (value: string) => boolean,
  options: ValidationOptions | undefined,
): PropertyDecorator {
  const validate = (value: unknown): boolean => typeof value === 'string' && value.length <= 2_048 && isGood(value);
  const defaultMessage = buildMessage(() => `$property ${text}`, options);
  return ValidateBy({ name, validator: { validate, defaultMessage } }, options);
}
