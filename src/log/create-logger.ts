import { pino, type DestinationStream, type Logger } from 'pino';

/** LoggerOptions says what a process logs, and where to. */
export interface LoggerOptions {
  readonly role: string;
  /** pino level; `info` unless given. */
  readonly level?: string;
  readonly destination?: DestinationStream;
}

// Whatever carries one of these names is cut before it is written, wherever it stands in the first levels of an entry.
const secretNames = ['authorization', 'password', 'secret', 'token', 'clientSecret', 'apiKey', 'cookie', 'headers'];

/** createLogger makes the logger of a process: one JSON line an entry, on standard error, without secrets. */
export function createLogger({ role, level, destination }: LoggerOptions): Logger {
  const paths = secretNames.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]);
  return pino(
    { name: 'crosswalk', level: level ?? 'info', base: { role, pid: process.pid }, redact: { paths, censor: '[secret]' } },
    destination ?? pino.destination({ dest: 2, sync: true }),
  );
}
