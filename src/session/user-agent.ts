import Bowser from 'bowser';

/** A client in words: `Chrome 156` and `Linux`; null where the header does not tell. */
export interface ClientWords {
  browser: string | null;
  system: string | null;
}

const TOOL = /^([\w.-]{1,40})\/([\w.-]{1,20})/;

/** What a `User-Agent` header says. Tools that are no browser are called by the header's first product, such as `curl 8.5.0`. */
export function clientWords(userAgent: string | null): ClientWords {
  if (!userAgent) return { browser: null, system: null };
  const { browser, os } = Bowser.parse(userAgent);
  const tool = toolOf(userAgent);
  return {
    browser: browser.name
      ? [browser.name, browser.version?.split('.')[0]].filter(Boolean).join(' ')
      : tool.join(' ') || null,
    system: os.name ? [os.name, os.versionName ?? os.version].filter(Boolean).join(' ') : null,
  };
}

/** The same without versions, as sessions are found by it: `Chrome` and `Linux`, or `curl`. At most 40 characters each. */
export function clientFamilies(userAgent: string | null): ClientWords {
  if (!userAgent) return { browser: null, system: null };
  const { browser, os } = Bowser.parse(userAgent);
  return {
    browser: (browser.name || toolOf(userAgent)[0])?.slice(0, 40) || null,
    system: os.name?.slice(0, 40) || null,
  };
}

function toolOf(userAgent: string): string[] {
  const [, name, version] = TOOL.exec(userAgent) ?? [];
  return name === undefined || name === 'Mozilla' ? [] : [name, version!];
}
