/** Catalogue group H, first half: ways of writing a path of which a careless guard and a lenient router could disagree. */
export interface PathRow {
  title: string;
  /** From a guarded path, such as `/api/v1/admin/users`. */
  make: (path: string) => string;
  /** 401 where it is the same path to the router, and the guard therefore stands before it. */
  status: 400 | 401 | 404 | 405;
  /** On the Elvis wire, where that differs: its clients' base addresses end in a slash. */
  elvis?: 401;
}

const afterSlash = (path: string, text: string): string => path.replace(/\/([^/]+)$/, `/${text}$1`);
const encoded = (letter: string): string => `%${letter.codePointAt(0)!.toString(16)}`;
const encodeLastWord = (path: string): string =>
  path.replace(/\/([^/])([^/]*)$/, (_, first: string, rest: string) => `/${encoded(first)}${rest}`);

export const PATHS: PathRow[] = [
  { title: 'bad H1 an encoded letter', make: encodeLastWord, status: 401 },
  {
    title: 'bad H1 an encoded letter at the start',
    make: (path) => `/${encoded(path[1]!)}${path.slice(2)}`,
    status: 401,
  },
  { title: 'bad H1 a letter encoded twice', make: (path) => encodeLastWord(path).replace('%', '%25'), status: 404 },
  { title: 'bad H2 a double slash in front', make: (path) => `/${path}`, status: 404, elvis: 401 },
  { title: 'bad H2 a double slash inside', make: (path) => afterSlash(path, '/'), status: 404 },
  { title: 'bad H3 a trailing slash', make: (path) => `${path}/`, status: 404 },
  { title: 'bad H4 a path parameter', make: (path) => `${path};x=1`, status: 404 },
  { title: 'bad H4 an encoded semicolon', make: (path) => `${path}%3bx=1`, status: 404 },
  { title: 'bad H5 /./', make: (path) => afterSlash(path, './'), status: 404 },
  { title: 'bad H5 /x/../', make: (path) => afterSlash(path, 'x/../'), status: 404 },
  { title: 'bad H5 /x/%2e%2e/', make: (path) => afterSlash(path, 'x/%2e%2e/'), status: 404 },
  { title: 'bad H6 a trailing encoded slash', make: (path) => `${path}%2f`, status: 404 },
  { title: 'bad H6 an encoded slash inside', make: (path) => path.replace(/\/(?=[^/]+$)/, '%2f'), status: 404 },
  { title: 'bad H6 a backslash inside', make: (path) => path.replace(/\/(?=[^/]+$)/, '\\'), status: 404 },
  { title: 'bad H7 upper case', make: (path) => path.toUpperCase(), status: 404 },
  { title: 'bad H8 an encoded NUL', make: (path) => `${path}%00`, status: 404 },
  { title: 'bad H8 an invalid percent', make: (path) => `${path}%zz`, status: 400 },
  { title: 'bad H8 half a UTF-8 sequence', make: (path) => `${path}%c3`, status: 400 },
  { title: 'bad H8 a fragment', make: (path) => `${path}#x`, status: 401 },
  { title: 'bad H11 absolute form', make: (path) => `http://sessions.example${path}`, status: 401 },
  { title: 'bad H11 absolute form of a foreign host', make: (path) => `http://e.example${path}`, status: 401 },
  { title: 'bad H11 absolute form of another scheme', make: (path) => `ftp://e.example${path}`, status: 404 },
];
