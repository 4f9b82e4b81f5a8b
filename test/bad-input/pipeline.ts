import { rawRequest, type RawAnswer } from '../raw-request.js';

/** A request without a body, as its bytes go out. */
export interface Plain {
  /** Such as `GET /api/v1/profile`. */
  line: string;
  /** Header lines beside Host. */
  lines?: readonly (string | Buffer)[];
}

const LINE_END = Buffer.from('\r\n');

/** The answers to requests that are sent in one piece over one connection, in their order. */
export async function pipelined(port: number, requests: readonly Plain[]): Promise<RawAnswer[]> {
  const bytes = requests.map(({ line, lines = [] }, place) => {
    const isLast = place === requests.length - 1;
    const head = [`${line} HTTP/1.1`, 'Host: sessions.example', ...(isLast ? ['Connection: close'] : []), ...lines];
    return Buffer.concat([...head.flatMap((each) => [Buffer.from(each as string), LINE_END]), LINE_END]);
  });
  const answers = await rawRequest(port, Buffer.concat(bytes), 5_000);
  if (answers.length !== requests.length)
    throw new Error(`${answers.length} answers to ${requests.length} requests: ${requests[answers.length]?.line}`);
  return answers;
}
