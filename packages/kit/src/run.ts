import { EarshotError } from '@earshot/model';
import { createScope, type Scope, STOP_DEADLINE_MS } from './scope.js';

/** 0: fine; 1: could not run; 2: bad input (configuration, flags, files). */
export type ExitCode = 0 | 1 | 2;

export interface RunContext {
  scope: Scope;
  /** Asks for an orderly stop as a signal would; the first code given wins. */
  stop(code: ExitCode): void;
  /** Aborted when stopping begins; a long start may look at it. */
  stopping: AbortSignal;
}

/** What `run` needs of the process; tests give their own. */
export interface ProcessHost {
  on(event: string, listener: (argument: unknown) => void): void;
  off(event: string, listener: (argument: unknown) => void): void;
  exit(code: ExitCode): void;
  complain(line: string): void;
}

const SIGNALS = ['SIGINT', 'SIGTERM'];
const BREAKDOWNS = ['uncaughtException', 'unhandledRejection'];

/**
 * Runs a program to its end: starts it, waits for a signal or `stop`, closes the scope within the deadline and exits.
 * A second signal exits at once. Resolves after `host.exit` has been called.
 */
export async function run(
  main: (context: RunContext) => Promise<unknown>,
  options: { deadlineMs?: number; host?: ProcessHost } = {},
): Promise<void> {
  const host = options.host ?? realProcess();
  const scope = createScope();
  const abort = new AbortController();
  let code: ExitCode | undefined;
  let requestStop = () => {};
  const stopRequested = new Promise<void>((resolve) => {
    requestStop = resolve;
  });
  const stop = (wanted: ExitCode) => {
    code ??= wanted;
    abort.abort();
    requestStop();
  };
  const onSignal = () => (abort.signal.aborted ? host.exit(1) : stop(0));
  const onBreakdown = (error: unknown) => {
    host.complain(describeFailure(error));
    stop(1);
  };
  for (const signal of SIGNALS) host.on(signal, onSignal);
  for (const breakdown of BREAKDOWNS) host.on(breakdown, onBreakdown);

  // Keeps the process up while nothing else does (a consumer between polls holds no handle).
  const alive = setInterval(() => {}, 0x7fffffff);
  const started = main({ scope, stop, stopping: abort.signal }).catch((error: unknown) => {
    // After a stop request the start is expected to fail: its scope is closing under it.
    if (abort.signal.aborted) return;
    host.complain(describeFailure(error));
    stop(exitCodeOf(error));
  });
  await Promise.race([started.then(() => stopRequested), stopRequested]);

  clearInterval(alive);
  const failures = await scope.close(options.deadlineMs ?? STOP_DEADLINE_MS);
  for (const failure of failures) {
    const why = failure.reason === 'deadline' ? 'did not stop in time' : describeFailure(failure.error);
    host.complain(`stopping ${failure.name}: ${why}`);
  }
  for (const signal of SIGNALS) host.off(signal, onSignal);
  for (const breakdown of BREAKDOWNS) host.off(breakdown, onBreakdown);
  host.exit(failures.length > 0 && code === 0 ? 1 : (code ?? 0));
}

export function exitCodeOf(error: unknown): ExitCode {
  return error instanceof EarshotError && error.detail.exitCode === 2 ? 2 : 1;
}

/** One line for a known failure; frames only for an unknown one, because its message may quote what was said. */
export function describeFailure(error: unknown): string {
  if (error instanceof EarshotError) return `${error.code}: ${error.message}`;
  if (!(error instanceof Error)) return 'unexpected failure';
  const frames = (error.stack ?? '').split('\n').filter((line) => line.startsWith('    at '));
  const { code } = error as { code?: unknown };
  const name = typeof code === 'string' ? `${error.name} ${code}` : error.name;
  return [`unexpected failure: ${name}`, ...frames].join('\n');
}

function realProcess(): ProcessHost {
  return {
    on: (event, listener) => void process.on(event, listener),
    off: (event, listener) => void process.off(event, listener),
    exit: (code) => process.exit(code),
    complain: (line) => void process.stderr.write(`${line}\n`),
  };
}
