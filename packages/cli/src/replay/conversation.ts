import type { Channel } from '@earshot/model';

export const TURN_ROLES = ['agent', 'customer', 'system'] as const;
export type TurnRole = (typeof TURN_ROLES)[number];

/** One thing said; times are ms since the start of the conversation. */
export interface ReplayTurn {
  role: TurnRole;
  text: string;
  startMs: number;
  endMs: number;
}

/** One conversation of a JSONL file, with a time for every turn. */
export interface ReplayConversation {
  id: string;
  channel: Channel;
  language?: string;
  /** Staff number, where the file names the agent. */
  agentId?: string;
  turns: ReplayTurn[];
  /** At least one turn brought no offset and got one. */
  timesMade: boolean;
}
