/** Catalogue group H, second half: methods, headers and framing, byte by byte. Each asks for `path`, which is guarded. */
export interface FramingRow {
  title: string;
  make: (path: string) => string;
  /** In the order of the answers; none where the server hangs up without a word. */
  statuses: number[];
}

const HOST = 'Host: sessions.example\r\n';
const CLOSE = 'Connection: close\r\n';
const get = (path: string, lines = ''): string => `GET ${path} HTTP/1.1\r\n${HOST}${CLOSE}${lines}\r\n`;
/** What a server that trusts the wrong length would take for a second request. */
const SMUGGLED = 'GET /health/live HTTP/1.1\r\nHost: sessions.example\r\nConnection: close\r\n\r\n';
const post = (lines: string, body: string): string =>
  `POST /api/v1/auth/logout HTTP/1.1\r\n${HOST}Content-Type: application/json\r\n${lines}\r\n${body}`;

export const FRAMING: FramingRow[] = [
  { title: 'bad H9 HEAD', make: (path) => get(path).replace('GET', 'HEAD'), statuses: [405] },
  { title: 'bad H10 TRACE', make: (path) => get(path).replace('GET', 'TRACE'), statuses: [405] },
  { title: 'bad H10 CONNECT', make: (path) => get(path).replace('GET', 'CONNECT'), statuses: [] },
  { title: 'bad H10 PROPFIND', make: (path) => get(path).replace('GET', 'PROPFIND'), statuses: [405] },
  { title: 'bad H10 GETT', make: (path) => get(path).replace('GET', 'GETT'), statuses: [400] },
  { title: 'bad H10 a method in lower case', make: (path) => get(path).replace('GET', 'get'), statuses: [400] },
  { title: 'bad H12 Host missing', make: (path) => get(path).replace(HOST, ''), statuses: [400] },
  { title: 'bad H12 Host twice', make: (path) => get(path, HOST), statuses: [400] },
  {
    title: 'bad H12 Host twice, a foreign one first',
    make: (path) => get(path).replace(HOST, `host: e.example\r\n${HOST}`),
    statuses: [400],
  },
  {
    title: 'bad H12 a foreign Host',
    make: (path) => get(path).replace('sessions.example', 'e.example'),
    statuses: [401],
  },
  {
    title: 'bad H13 Content-Length and Transfer-Encoding',
    make: () => post('Content-Length: 5\r\nTransfer-Encoding: chunked\r\n', `0\r\n\r\n${SMUGGLED}`),
    statuses: [400],
  },
  {
    title: 'bad H13 Transfer-Encoding and Content-Length',
    make: () => post('Transfer-Encoding: chunked\r\nContent-Length: 5\r\n', `0\r\n\r\n${SMUGGLED}`),
    statuses: [400],
  },
  {
    title: 'bad H14 Transfer-Encoding: chunked, identity',
    make: () => post('Transfer-Encoding: chunked, identity\r\n', `0\r\n\r\n${SMUGGLED}`),
    statuses: [400],
  },
  {
    title: 'bad H14 Transfer-Encoding: xchunked',
    make: () => post('Transfer-Encoding: xchunked\r\n', `0\r\n\r\n${SMUGGLED}`),
    statuses: [400],
  },
  {
    title: 'bad H14 Transfer-Encoding twice',
    make: () => post('Transfer-Encoding: identity\r\nTransfer-Encoding: chunked\r\n', `0\r\n\r\n${SMUGGLED}`),
    statuses: [400],
  },
  {
    title: 'bad H14 a chunk size that is none',
    make: () => post('Transfer-Encoding: chunked\r\n', 'zz\r\n'),
    statuses: [400],
  },
  {
    title: 'bad H14 a chunk size beyond 64 bits',
    make: () => post('Transfer-Encoding: chunked\r\n', `${'f'.repeat(17)}\r\n`),
    statuses: [400],
  },
  {
    title: 'bad H15 two Content-Length that differ',
    make: () => post('Content-Length: 0\r\nContent-Length: 5\r\n', SMUGGLED),
    statuses: [400],
  },
  {
    title: 'bad H15 two Content-Length that agree',
    make: () => post('Content-Length: 0\r\nContent-Length: 0\r\n', SMUGGLED),
    statuses: [400],
  },
  { title: 'bad H15 Content-Length: +5', make: () => post('Content-Length: +5\r\n', SMUGGLED), statuses: [400] },
  { title: 'bad H15 Content-Length: 5, 5', make: () => post('Content-Length: 5, 5\r\n', SMUGGLED), statuses: [400] },
  { title: 'bad H16 bare LF', make: (path) => get(path).replaceAll('\r\n', '\n'), statuses: [400] },
  { title: 'bad H16 bare LF between headers', make: (path) => get(path, 'X: 1\nY: 2\r\n'), statuses: [400] },
  { title: 'bad H16 bare CR between headers', make: (path) => get(path, 'X: 1\rY: 2\r\n'), statuses: [400] },
  { title: 'bad H17 space before the colon', make: (path) => get(path, 'X : 1\r\n'), statuses: [400] },
  {
    title: 'bad H17 space before the first header',
    make: (path) => get(path).replace(HOST, ` ${HOST}`),
    statuses: [400],
  },
  { title: 'bad H18 obs-fold', make: (path) => get(path, 'X: 1\r\n 2\r\n'), statuses: [400] },
  { title: 'bad H19 a header of 17 KiB', make: (path) => get(path, `X: ${'x'.repeat(17_408)}\r\n`), statuses: [431] },
  { title: 'bad H19 a path of 17 KiB', make: (path) => get(path + 'x'.repeat(17_408)), statuses: [431] },
  { title: 'bad H20 1,001 headers', make: (path) => get(path, 'a:1\r\n'.repeat(1_001)), statuses: [400] },
  { title: 'bad H20 3,000 headers', make: (path) => get(path, 'a:1\r\n'.repeat(3_000)), statuses: [400] },
  {
    title: 'bad H21 Expect: 100-continue without body',
    make: (path) => get(path, 'Expect: 100-continue\r\n'),
    statuses: [100, 401],
  },
  {
    title: 'bad H21 an expectation that nobody meets',
    make: (path) => get(path, 'Expect: a-miracle\r\n'),
    statuses: [417],
  },
  { title: 'bad H22 HTTP/0.9', make: (path) => `GET ${path}\r\n\r\n`, statuses: [400] },
  { title: 'bad H22 HTTP/1.0', make: (path) => `GET ${path} HTTP/1.0\r\n\r\n`, statuses: [401] },
  { title: 'bad H22 HTTP/2.0', make: (path) => get(path).replace('HTTP/1.1', 'HTTP/2.0'), statuses: [400] },
  { title: 'bad H22 HTTP/1.2', make: (path) => get(path).replace('HTTP/1.1', 'HTTP/1.2'), statuses: [400] },
  { title: 'bad H22 the preface of HTTP/2', make: () => 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', statuses: [400] },
  {
    title: 'bad H22 TLS',
    make: () => '\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003',
    statuses: [400],
  },
  {
    title: 'bad H23 Upgrade: h2c',
    make: (path) =>
      get(path, 'Upgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n').replace(
        'close',
        'Upgrade, HTTP2-Settings, close',
      ),
    statuses: [401],
  },
  {
    title: 'bad H23 Upgrade: websocket',
    make: (path) => get(path, 'Upgrade: websocket\r\n').replace('close', 'Upgrade, close'),
    statuses: [401],
  },
];
