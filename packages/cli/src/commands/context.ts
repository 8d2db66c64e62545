import type { ClusterTools } from '../cluster/ports.js';
import type { ExitCode } from '../failure.js';
import type { Lang } from '../words/lang.js';

/** What every command gets; nothing else reaches the world outside but through its own adapters. */
export interface CommandContext {
  lang: Lang;
  /** Writes one line of the answer; resolves once there is room for the next. */
  out(line: string): Promise<void>;
  /** Writes one line about the answer: faults, progress. */
  err(line: string): void;
  /** Aborted by Ctrl-C. */
  stopping: AbortSignal;
  env: Readonly<Record<string, string | undefined>>;
  cluster: ClusterTools;
}

export type Outcome = Promise<ExitCode>;
