const MAX_LENGTH = 2_048;
// No blank, no control character, nothing beyond ASCII that a parser could map to something else, and no backslash.
const PLAIN = /^[!-[\]-~]+$/;
const RELATIVE = /^(?:\/(?![/\\])|(?![a-z][a-z\d+.-]*:)[\w.~?-])/i;
// Whoever decodes once more behind us must find no other path.
const ENCODED_TRAP = /%(?:2f|5c|25|[01][\da-f]|7f)/i;
// A host by its letters: no user information, nothing encoded.
const ABSOLUTE = /^https?:\/\/(?:[\w.-]+|\[[\da-f:.]+\])(?::\d{1,5})?(?:[/?#]|$)/i;

/**
 * Where a redirect that a request asked for may lead; everything else is no target. A registered target is one of three:
 * a whole URL, which is met byte for byte; an https origin such as `https://host:8443`, without a slash behind, which
 * allows every path there; or `*`, which allows http and https everywhere.
 */
export class RedirectRule {
  private readonly own: URL;

  constructor(ownOrigin: string) {
    this.own = new URL(ownOrigin);
  }

  /**
   * A place of ours as `Location` may name it, beginning with exactly one slash; undefined for anything else. Relative
   * texts are relative to the root of the server.
   */
  pathOf(text: string): string | undefined {
    if (text.length > MAX_LENGTH || !PLAIN.test(text) || !RELATIVE.test(text)) return undefined;
    return this.pathWithin(text.startsWith('/') ? text : `/${text}`);
  }

  /** A place of ours, or an absolute one that is registered. */
  targetOf(text: string, registered: readonly string[]): string | undefined {
    return this.pathOf(text) ?? this.absoluteOf(text, registered);
  }

  private absoluteOf(text: string, registered: readonly string[]): string | undefined {
    if (text.length > MAX_LENGTH || !PLAIN.test(text) || !ABSOLUTE.test(text) || !URL.canParse(text)) return undefined;
    if (registered.includes(text)) return text;
    const url = new URL(text);
    if (url.origin === this.own.origin) {
      const path = this.pathWithin(text);
      return path && this.own.origin + path;
    }
    const isListed = registered.some((target) => target === '*' || isOriginOf(url, target));
    return isListed ? url.href : undefined;
  }

  private pathWithin(text: string): string | undefined {
    if (!URL.canParse(text, this.own.href)) return undefined;
    const { origin, pathname, search, hash } = new URL(text, this.own);
    const isOurs = origin === this.own.origin && !pathname.startsWith('//') && !ENCODED_TRAP.test(pathname);
    return isOurs ? pathname + search + hash : undefined;
  }
}

function isOriginOf({ protocol, origin }: URL, target: string): boolean {
  return protocol === 'https:' && origin === target;
}
