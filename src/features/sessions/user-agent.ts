import Bowser from 'bowser';

/** A client in words: `Chrome 156` and `Linux`; null where the header does not tell. */
export interface ClientWords {
  browser: string | null;
  system: string | null;
}

/** What a `User-Agent` header says. Tools that are no browser are called by the header's first product, such as `curl 8.5.0`. */
export function clientWords(userAgent: string | null): ClientWords {
  if (!userAgent) return { browser: null, system: null };
  const { browser, os } = Bowser.parse(userAgent);
  const product = /^([\w.-]{1,40})\/([\w.-]{1,20})/.exec(userAgent);
  const tool = product && product[1] !== 'Mozilla' ? `${product[1]} ${product[2]}` : null;
  return {
    browser: browser.name ? [browser.name, browser.version?.split('.')[0]].filter(Boolean).join(' ') : tool,
    system: os.name ? [os.name, os.versionName ?? os.version].filter(Boolean).join(' ') : null,
  };
}
