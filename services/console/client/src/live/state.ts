import type { Alert, AlertVersion, CaseAction, StaffRole } from '@earshot/model';
import type { ClientMessage, ConversationRow, TranscriptLine, View } from '@earshot/wire/live';
import { GrownMap } from './grown-map.js';

export interface Me {
  staffNumber: string;
  name: string;
  roles: StaffRole[];
}

/** `signed-out` and `refused` are final: the page must be opened again. */
export type LinkPhase = 'connecting' | 'catching-up' | 'live' | 'reconnecting' | 'signed-out' | 'refused';

export interface Link {
  phase: LinkPhase;
  /** Page clock, epoch ms, when this phase began (for `reconnecting`: when contact was lost). */
  sinceMs: number;
  /** Failed tries in a row. */
  attempt: number;
  /** How late what arrives now is, measured on the server's ticks. */
  behindMs: number;
}

/** What this person's browser remembers of an alert, shared by all tabs. */
export interface Mark {
  version: AlertVersion;
  /** It has popped up, in whichever tab. */
  shown?: boolean;
  delivered?: boolean;
  seen?: boolean;
  dismissed?: boolean;
}

export interface PendingAct {
  requestId: string;
  conversationId: string;
  alertId: string;
  action: CaseAction;
  /** Accepted by the server: durable, its effect comes back as an alert. */
  accepted: boolean;
}

export type Notice =
  | { id: string; kind: 'claim-lost'; alertId: string; by: string }
  | { id: string; kind: 'act-failed'; alertId: string; action: CaseAction['kind']; code: string; message: string }
  | { id: string; kind: 'server-error'; code: string; message: string };

export interface LiveState {
  view: View;
  me: Me;
  analysis: 'on' | 'off';
  link: Link;
  cursor?: string;
  conversations: ReadonlyMap<string, ConversationRow>;
  alerts: ReadonlyMap<string, Alert>;
  marks: ReadonlyMap<string, Mark>;
  transcripts: ReadonlyMap<string, readonly TranscriptLine[]>;
  /** By request id. */
  pending: ReadonlyMap<string, PendingAct>;
  /** Alerts that popped up in this tab and have not been put away, oldest first. */
  popped: readonly string[];
  followed: ReadonlySet<string>;
  /** While a subscription without cursor fills: the alerts it has named. What it does not name is over. */
  filling?: ReadonlyMap<string, true>;
  notices: readonly Notice[];
  /** By staff number, of those whom this person's rows and alerts mention. Never stored. */
  names: Names;
}

export type Names = Readonly<Record<string, string>>;

/** What the runner must do, in order; stores come before the state is painted. */
export type Effect =
  | { kind: 'store-alert'; mark: Mark; alert: Alert }
  | { kind: 'store-mark'; alertId: string; mark: Mark }
  | { kind: 'store-cursor'; cursor: string }
  | { kind: 'forget-cursor' }
  /** Ask to be the one tab that shows it; the answer comes back as `pop-decided`. */
  | { kind: 'pop'; alertId: string }
  | { kind: 'send'; message: ClientMessage }
  | { kind: 'resubscribe' }
  /** This person may not be here: asking again cannot help. */
  | { kind: 'hang-up' };

export interface Step {
  state: LiveState;
  effects: Effect[];
}

export function initialState(view: View, me: Me, nowMs: number): LiveState {
  return {
    view,
    me,
    analysis: 'on',
    link: { phase: 'connecting', sinceMs: nowMs, attempt: 0, behindMs: 0 },
    conversations: new Map(),
    alerts: new Map(),
    marks: new Map(),
    transcripts: new Map(),
    pending: new Map(),
    popped: [],
    followed: new Set(),
    notices: [],
    names: {},
  };
}

export function quiet(state: LiveState): Step {
  return { state, effects: [] };
}

/** Another map with one entry set; `undefined` removes it. */
export function withEntry<K, V>(map: ReadonlyMap<K, V>, key: K, value: V | undefined): ReadonlyMap<K, V> {
  const grown = GrownMap.of(map);
  return value === undefined ? grown.without(key) : grown.with(key, value);
}
