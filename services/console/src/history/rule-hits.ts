import { asError, type Logger } from '@earshot/kit';
import type { Clock } from '../clock.js';
import type { ConsoleWarehouse } from '../ports.js';
import { hitsByRule } from './hits-by-rule.js';

export interface VersionHits {
  ruleSetHash: string;
  findings: number;
  conversations: number;
}

/** Findings that stand, in how many conversations, and those that were taken back. */
export interface HitsOfRule {
  ruleId: string;
  /** As it was called last. */
  title: string;
  findings: number;
  conversations: number;
  takenBack: number;
  lastAtMs: number;
  /** Most findings first. */
  byVersion: VersionHits[];
}

/** `off`: there is no analysis engine; `failed`: it is there and did not answer. */
export type HitsAnswer =
  | { state: 'on'; days: number; rules: HitsOfRule[] }
  | { state: 'off' | 'failed'; days: number; rules: [] };

const DAYS = 7;
const DAY_MS = 86_400_000;
/** Senders' clocks may run ahead. */
const AHEAD_MS = DAY_MS;

export function createRuleHits({
  warehouse,
  clock,
  logger,
}: {
  warehouse(): ConsoleWarehouse | undefined;
  clock: Clock;
  logger: Logger;
}): (tenant: string) => Promise<HitsAnswer> {
  return async (tenant) => {
    const open = warehouse();
    if (open?.state() !== 'ready') return { state: 'off', days: DAYS, rules: [] };
    const nowMs = clock.now();
    try {
      const rows = await hitsByRule(open, { tenant, fromMs: nowMs - DAYS * DAY_MS, toMs: nowMs + AHEAD_MS });
      const rules = rows.flatMap(({ ruleSetHash, ...total }) => {
        if (ruleSetHash !== '') return [];
        const byVersion = rows.flatMap(({ ruleId, ruleSetHash: hash, findings, conversations }) =>
          ruleId === total.ruleId && hash !== '' ? [{ ruleSetHash: hash, findings, conversations }] : [],
        );
        return [{ ...total, byVersion: byVersion.sort((a, b) => b.findings - a.findings) }];
      });
      return { state: 'on', days: DAYS, rules };
    } catch (thrown) {
      logger.warn({ err: asError(thrown) }, 'the warehouse could not be asked for hits');
      return { state: 'failed', days: DAYS, rules: [] };
    }
  };
}
