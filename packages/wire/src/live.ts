import type {
  Alert,
  AlertVersion,
  CaseAction,
  Channel,
  ParticipantRole,
  Severity,
  Span,
  StaffRole,
} from '@earshot/model';

/**
 * What the console's WebSocket (`/v1/live`) speaks: JSON text frames, one message a frame.
 * Types only, so that pages and widget import it without carrying code.
 */

export type View = 'desk' | 'wall';

/** From the page. The first message must be `subscribe`. */
export type ClientMessage =
  | {
      type: 'subscribe';
      view: View;
      /** Opaque, as the server gave it last; absent: everything that is open now. */
      cursor?: string;
    }
  /** Transcript of one conversation, until `unfollow`; a desk gets those of its own conversations unasked. */
  | { type: 'follow'; conversationId: string }
  | { type: 'unfollow'; conversationId: string }
  | { type: 'act'; requestId: string; conversationId: string; alertId: string; action: CaseAction };

/** From the server. */
export type ServerMessage =
  | {
      type: 'hello';
      me: { staffNumber: string; name: string; roles: StaffRole[] };
      view: View;
      /** `off`: the analysis engine is missing; all else works. */
      analysis: 'on' | 'off';
      serverMs: number;
    }
  /** Rows that changed since the last of these; at most four a second. `reset` replaces all. */
  | { type: 'conversations'; reset: boolean; rows: ConversationRow[]; removed: string[] }
  /**
   * Whose staff numbers stand in what follows; adds to what was told on this connection. A number that nobody of the
   * tenant has gets no name.
   */
  | { type: 'names'; names: Record<string, string> }
  /** Apply only if the version is higher than the stored one. `cursor` is what to subscribe with next time. */
  | { type: 'alert'; alert: Alert; cursor: string }
  /** All alerts of a conversation as of `asOf`: drop others unless their version is newer. */
  | { type: 'alert-list'; conversationId: string; asOf: AlertVersion; alerts: Alert[]; cursor: string }
  /** The initial set has been sent; what follows is live. */
  | { type: 'caught-up'; cursor: string }
  | { type: 'transcript'; conversationId: string; reset: boolean; lines: TranscriptLine[] }
  /** Every 5 s: the page measures how far behind it is, and takes 15 s without one for a dead connection. */
  | { type: 'tick'; serverMs: number; analysis: 'on' | 'off' }
  /** `accepted`: durable on the log; the alert's new state follows as an `alert`. */
  | { type: 'act-result'; requestId: string; accepted: boolean; code?: string; message?: string }
  | { type: 'error'; code: string; message: string };

export interface ConversationRow {
  conversationId: string;
  channel: Channel;
  skillGroup?: string;
  externalIds: Record<string, string>;
  agents: string[];
  startedAtMs?: number;
  endedAtMs?: number;
  lastAtMs: number;
  utterances: number;
  /** Highest open severity, absent if none; rows sort by it, then by open alerts, then by last words. */
  risk?: Severity;
  openAlerts: number;
}

export interface TranscriptLine {
  leg: string;
  segment: number;
  revision: number;
  final: boolean;
  withdrawn: boolean;
  participantId: string;
  role: ParticipantRole;
  text: string;
  startMs: number;
  endMs: number;
  /** Hit words of standing findings on this line. */
  hits: { ruleId: string; title: string; severity: Severity; spans: Span[] }[];
  /** What a model felt in this revision, from 0 to 1; absent: unknown. Told to walls, never to desks. */
  scores?: { negative: number; anger: number };
}
