import type { NewEvent } from '@earshot/client';

export const RULES = ['planted-phrase', 'planted-partial', 'planted-then', 'planted-missing', 'planted-next'] as const;
export type PlantedRule = (typeof RULES)[number];
/** What `planted-missing` is anchored to. */
export const DEADLINE = 'deadline:conversation';

/**
 * What a planted event makes true of one alert, known by construction. `stands`: it must be open from now on, and never
 * be taken back; `may`: it may be open or not; `gone`: it may have been, and must be closed in the end; `never`: it may not
 * even have popped up.
 */
export interface Effect {
  conversationId: string;
  rule: PlantedRule;
  anchor: string;
  becomes: 'stands' | 'may' | 'gone' | 'never';
}

/** One step of the run, in the order in which a contact centre would send. */
export interface Planned {
  /** Ms since the beginning of the run. */
  atMs: number;
  /** Absent: nothing is sent, time alone has its effect. */
  event?: NewEvent;
  effects: readonly Effect[];
  /** Says other words under a name that is taken: must end in the dead letters, and change nothing. */
  conflict?: boolean;
}

export interface LoadOptions {
  seed: number;
  /** Conversations open at any time. */
  openCalls: number;
  /** Time over which the first of them begin, ms; default 2,000. */
  rampMs?: number;
  finalsPerSecond: number;
  partialsPerFinal: number;
  /** Conversation time per real time: calls of 3 to 30 minutes end this much sooner. */
  speed: number;
  /** Nothing new is said after this, ms. */
  runMs: number;
  /** Real time at which the run begins, epoch ms. */
  startMs: number;
  /** Takes part in every conversation's name, so that runs do not meet. */
  name: string;
  /** One conversation as long as the run that holds two hours of talk. */
  longCall: boolean;
  /** Whether a conversation may have this name; keeps a partition quiet. */
  allowed(conversationId: string): boolean;
  /** Names of the agents, in turn. */
  staff: readonly string[];
}
