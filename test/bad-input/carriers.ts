/** Catalogue group K: what a `Cookie` or `Authorization` line can look like around a live token. */
export interface CarrierRow {
  title: string;
  /** Header lines, made of the cookie's name and a live token. */
  make: (name: string, live: string) => string[];
  /** 200 where the line holds one cookie of that name after all. */
  status: 200 | 401 | 431;
}

const cookie = (value: string): string[] => [`Cookie: ${value}`];
const otherCase = (name: string): string => (name === name.toUpperCase() ? name.toLowerCase() : name.toUpperCase());
const many = (count: number): string => Array.from({ length: count }, (_, index) => `c${index}=x; `).join('');

export const COOKIES: CarrierRow[] = [
  { title: 'bad K1 same name twice', make: (name, live) => cookie(`${name}=${live}; ${name}=${live}`), status: 401 },
  { title: 'bad K1 a planted one first', make: (name, live) => cookie(`${name}=x; ${name}=${live}`), status: 401 },
  { title: 'bad K1 in two lines', make: (name, live) => [`Cookie: ${name}=${live}`, `Cookie: ${name}=x`], status: 401 },
  { title: 'bad K3 name in other case', make: (name, live) => cookie(`${otherCase(name)}=${live}`), status: 401 },
  { title: 'bad K4 U+2000 before the name', make: (name, live) => cookie(`\u2000${name}=${live}`), status: 401 },
  { title: 'bad K4 a space behind the name', make: (name, live) => cookie(`${name} =${live}`), status: 401 },
  {
    title: 'bad K5 $Version=1, hidden in a quoted value',
    make: (name, live) => cookie(`$Version=1; a="b; ${name}=${live}"`),
    status: 401,
  },
  {
    title: 'bad K5 $Version=1 is a cookie like another',
    make: (name, live) => cookie(`$Version=1; ${name}=${live}; $Path=/`),
    status: 200,
  },
  { title: 'bad K6 nameless', make: (name, live) => cookie(`=${name}=${live}`), status: 401 },
  { title: 'bad K7 quoted value', make: (name, live) => cookie(`${name}="${live}"`), status: 401 },
  {
    title: 'bad K8 %00 inside',
    make: (name, live) => cookie(`${name}=${live.slice(0, 50)}%00${live.slice(50)}`),
    status: 401,
  },
  {
    title: 'bad K8 a letter percent-encoded',
    make: (name, live) => cookie(`${name}=%63${live.slice(1)}`),
    status: 401,
  },
  {
    title: 'bad K9 4,097 bytes',
    make: (name, live) => cookie(`${name}=${live.padEnd(4_097 - name.length, 'A')}`),
    status: 401,
  },
  { title: 'bad K10 200 cookies and none of ours', make: () => cookie(many(200)), status: 401 },
  {
    title: 'bad K10 200 cookies before ours',
    make: (name, live) => cookie(`${many(200)}${name}=${live}`),
    status: 200,
  },
  { title: 'bad K10 4,000 cookies', make: (name, live) => cookie(`${many(4_000)}${name}=${live}`), status: 431 },
  { title: 'bad K11 trailing ;;', make: (name, live) => cookie(`${name}=${live};;`), status: 200 },
  { title: 'bad K11 separators alone', make: () => cookie(';;; ;='), status: 401 },
  { title: 'bad K11 a comma as separator', make: (name, live) => cookie(`a=b, ${name}=${live}`), status: 401 },
  {
    title: 'bad K17 set-cookie line echoed whole',
    make: (name, live) => cookie(`${name}=${live}; Path=/; HttpOnly; Secure`),
    status: 200,
  },
  {
    title: 'bad K18 Path=/ in front, and twice',
    make: (name, live) => cookie(`Path=/; ${name}=x; Path=/a; ${name}=${live}`),
    status: 401,
  },
  {
    title: 'bad K20 __proto__ as a name',
    make: (name, live) => cookie(`__proto__=${live}; constructor=${live}; ${name}.x=${live}`),
    status: 401,
  },
];

export const AUTHORIZATIONS: CarrierRow[] = [
  { title: 'bad K12 Bearer without value', make: () => ['Authorization: Bearer'], status: 401 },
  { title: 'bad K12 an empty header', make: () => ['Authorization:'], status: 401 },
  { title: 'bad K13 bearer', make: (_, live) => [`Authorization: bearer ${live}`], status: 200 },
  { title: 'bad K13 double space', make: (_, live) => [`Authorization: Bearer  ${live}`], status: 200 },
  { title: 'bad K13 tab', make: (_, live) => [`Authorization: Bearer\t${live}`], status: 401 },
  { title: 'bad K13 no space', make: (_, live) => [`Authorization: Bearer${live}`], status: 401 },
  {
    title: 'bad K14 two Authorization headers',
    make: (_, live) => [`Authorization: Bearer ${live}`, 'Authorization: Bearer x'],
    status: 401,
  },
  {
    title: 'bad K14 two that agree',
    make: (_, live) => [`Authorization: Bearer ${live}`, `authorization: Bearer ${live}`],
    status: 401,
  },
  {
    title: 'bad K14 a bad one first',
    make: (_, live) => ['Authorization: Basic eDp5', `Authorization: Bearer ${live}`],
    status: 401,
  },
  {
    title: 'bad K15 Basic with the token',
    make: (_, live) => [`Authorization: Basic ${Buffer.from(`${live}:`).toString('base64')}`],
    status: 401,
  },
  { title: 'bad K15 the token alone', make: (_, live) => [`Authorization: ${live}`], status: 401 },
  {
    title: 'bad K2 good bearer, bad cookie',
    make: (name, live) => [`Authorization: Bearer ${live}`, `Cookie: ${name}=x`],
    status: 401,
  },
  {
    title: 'bad K2 bad bearer, good cookie',
    make: (name, live) => ['Authorization: Bearer x', `Cookie: ${name}=${live}`],
    status: 401,
  },
  {
    title: 'bad K2 both good',
    make: (name, live) => [`Authorization: Bearer ${live}`, `Cookie: ${name}=${live}`],
    status: 200,
  },
];
