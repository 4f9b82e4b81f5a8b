import { InvalidArgumentError, Option } from 'commander';

/** An option that may stand there several times, or once with commas; each of its words is one of `choices`, where there are any. */
export function listOption(flags: string, description: string, choices?: readonly string[]): Option {
  const parse = (text: string, before: string[] | undefined): string[] => {
    const words = text.split(',').map((word) => word.trim());
    const wrong = choices && words.find((word) => !choices.includes(word));
    if (wrong !== undefined) throw new InvalidArgumentError(`Allowed choices are ${choices!.join(', ')}.`);
    return [...(before ?? []), ...words];
  };
  const option = new Option(flags, choices ? `${description} (${choices.join(', ')})` : description);
  return option.argParser(parse as (text: string, before: unknown) => unknown);
}

/** An option that takes a whole number from 1 on. */
export function countOption(flags: string, description: string, fallback?: number): Option {
  const parse = (text: string): number => {
    if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
    throw new InvalidArgumentError('A whole number from 1 on is needed.');
  };
  const option = new Option(flags, description).argParser(parse);
  return fallback === undefined ? option : option.default(fallback);
}

const UNITS: Record<string, number> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** `90d` in milliseconds; undefined for what is no duration. */
function durationMs(text: string): number | undefined {
  const [, count, unit] = /^(\d{1,6})([smhd])$/.exec(text) ?? [];
  return count && unit ? Number(count) * UNITS[unit]! : undefined;
}

/** An option that takes a duration such as `30m`, in milliseconds. */
export function durationOption(flags: string, description: string): Option {
  return new Option(flags, description).argParser((text: string) => {
    const ms = durationMs(text);
    if (ms === undefined) throw new InvalidArgumentError('A duration such as 30m, 12h or 90d is needed.');
    return ms;
  });
}

/** An option that takes an instant, or a duration that is counted from now: back, or ahead. It becomes an ISO instant. */
export function instantOption(flags: string, description: string, direction: 'ago' | 'ahead'): Option {
  return new Option(flags, description).argParser((text: string) => {
    const ms = durationMs(text);
    if (ms !== undefined) return new Date(Date.now() + (direction === 'ago' ? -ms : ms)).toISOString();
    if (/^\d{4}-\d\d-\d\d/.test(text) && !Number.isNaN(Date.parse(text))) return new Date(text).toISOString();
    const example = direction === 'ago' ? '30m (that long ago)' : '90d (from now on)';
    throw new InvalidArgumentError(`An instant such as 2026-11-20T18:00:00Z, or ${example}, is needed.`);
  });
}
