import type { IncomingMessage } from 'node:http';

const MAX_BYTES = 16_384;
const MAX_CHARACTERS = 1_024;
const PATIENCE_MS = 2_000;

/** The printable beginning of an answer, at most 1,024 characters. Reads 16 KiB or 2 seconds of it, then hangs up: the status has said it all. */
export async function beginningOf(answer: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  const timer = setTimeout(() => answer.destroy(), PATIENCE_MS);
  try {
    for await (const chunk of answer as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      size += chunk.length;
      if (size >= MAX_BYTES) break;
    }
  } catch {
    // Cut off, by the receiver or by us: what has come is kept.
  } finally {
    clearTimeout(timer);
    answer.destroy();
  }
  return printable(Buffer.concat(chunks).subarray(0, MAX_BYTES).toString());
}

function printable(text: string): string {
  return [...text.replaceAll(/[\p{C}\u2028\u2029]+/gu, ' ')].slice(0, MAX_CHARACTERS).join('').trim();
}
