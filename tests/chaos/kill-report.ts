import type { Faults } from './oracle.js';
import type { RowCounts } from './rows.js';
import type { Spread } from './spread.js';

export interface KillRunOptions {
  seed: number;
  kills: number;
  openCalls: number;
  finalsPerSecond: number;
  partialsPerFinal: number;
  speed: number;
  /** Serves for up to this long between being back and the next kill, ms. */
  everyMs: number;
  /** Time without kills before the first and behind the last, ms. */
  leadMs?: number;
  /** Loaded into each process before the product. */
  preload?: string;
  /** Loaded from the middle on, with the new rule set. */
  preloadNext?: string;
  forgetfulDesktop?: boolean;
  /** With the warehouse: its rows are compared with the log. */
  analysis?: boolean;
  /** How long the desk may take to be right after the last word, ms. */
  settleMs?: number;
  onProgress?(line: string): void;
}

export interface KillReport {
  options: Omit<KillRunOptions, 'onProgress' | 'preload' | 'preloadNext'>;
  seconds: number;
  kills: number;
  killsDuringStart: number;
  events: number;
  acknowledged: number;
  records: number;
  alertsExpected: number;
  alertsShown: number;
  conflictsPlanted: number;
  reconnects: number;
  ruleSetChanged: boolean;
  engines: string[];
  restart: { openMs: Spread; readyMs: Spread; firstAckMs: Spread; judgedMs: Spread; shownMs: Spread };
  /** From the time words were due to be said to their alert on the desk, restarts included. */
  spokenShownMs: Spread;
  longestOutageMs: number;
  rows?: RowCounts;
  stopCode: number | undefined;
  faults: Faults;
  examples: string[];
}
