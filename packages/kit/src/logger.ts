import { type DestinationStream, destination, pino, stdTimeFunctions } from 'pino';
import { serializeError } from './log-error.js';

/** Keys under which the domain carries what people said or who they are. None of them may be logged. */
export const UNSAFE_KEYS = [
  'text',
  'quote',
  'comment',
  'note',
  'say',
  'what',
  'body',
  'payload',
  'value',
  'event',
  'fields',
  'utterance',
  'transcript',
  'customerKey',
  'externalIds',
  'authorization',
  'cookie',
  'apiKey',
  'token',
  'secret',
  'password',
] as const;

type SafeValue = string | number | boolean | null | undefined | readonly (string | number)[];

/** Flat ids, codes and figures. Whole domain objects do not fit in, and the unsafe keys are type errors. */
export type SafeFields = { [key: string]: SafeValue | Error } & { [Key in (typeof UNSAFE_KEYS)[number]]?: never } & {
  /** Any thrown thing: kept as code, name and stack frames. */
  err?: Error;
};

type LogLine = (fields: SafeFields, message: string) => void;

export interface Logger {
  debug: LogLine;
  info: LogLine;
  warn: LogLine;
  error: LogLine;
  child(fields: SafeFields): Logger;
}

export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent';

export interface LoggerOptions {
  service: string;
  level?: LogLevel;
  /** `stderr`, a file path (its folder is made), or a stream. */
  to?: string | DestinationStream;
}

/** JSON lines by pino, each written before the call returns, so that a crash loses none; `flush` is for the last moment. */
export function createLogger(options: LoggerOptions): Logger & { flush(): void } {
  const stream = openStream(options.to ?? 'stderr');
  const root = pino(
    {
      level: options.level ?? 'info',
      base: { service: options.service },
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { err: serializeError },
      redact: { paths: [...UNSAFE_KEYS], remove: true },
    },
    stream,
  );
  const flush = () => {
    if ('flushSync' in stream && typeof stream.flushSync === 'function') stream.flushSync();
  };
  return { ...wrap(root), flush };
}

export function silentLogger(): Logger {
  return createLogger({ service: 'silent', level: 'silent' });
}

/** Anything thrown, as a value for `err`. */
export function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error('not an error object');
}

function wrap(target: pino.Logger): Logger {
  return {
    debug: (fields, message) => target.debug(fields, message),
    info: (fields, message) => target.info(fields, message),
    warn: (fields, message) => target.warn(fields, message),
    error: (fields, message) => target.error(fields, message),
    child: (fields) => wrap(target.child(fields)),
  };
}

function openStream(to: string | DestinationStream): DestinationStream {
  if (typeof to !== 'string') return to;
  if (to === 'stderr') return destination({ dest: 2, sync: true });
  return destination({ dest: to, mkdir: true, sync: true });
}
