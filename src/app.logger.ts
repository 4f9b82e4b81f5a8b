import { pino, type Logger } from 'pino';
import pretty from 'pino-pretty';
import type { Environment } from './environment/environment.js';

/** So many bytes of the log wait at most, while it cannot be written. */
const MOST_UNWRITTEN = 4_194_304;

/** The log of a process: a line of JSON each, or lines for people, on its standard output. */
export function createLogger({ LOG_LEVEL, LOG_FORMAT }: Environment): Logger {
  const options = {
    level: LOG_LEVEL,
    timestamp: pino.stdTimeFunctions.isoTime,
    base: null,
    formatters: { level: (level: string) => ({ level }) },
  };
  return LOG_FORMAT === 'pretty'
    ? pino(
        options,
        pretty({ ignore: 'context,method,route,status', translateTime: 'SYS:HH:MM:ss', singleLine: true, sync: true }),
      )
    : pino(options, logDestination());
}

/** Lines that cannot be written, as on a full disk, are lost in the end; sessions are served on, and the process may end. */
function logDestination(): ReturnType<typeof pino.destination> {
  const stream = pino.destination({ dest: process.stdout.fd, maxLength: MOST_UNWRITTEN });
  const flushSync = stream.flushSync.bind(stream);
  let isBroken = false;
  // At the exit it would try to write what is left, again and again, until there is room.
  stream.flushSync = () => void (isBroken || flushSync());
  stream.on('write', () => (isBroken = false));
  // Unheard, its error would end the process.
  return stream.on('error', () => (isBroken = true));
}
