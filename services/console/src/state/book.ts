import {
  type AlertRecord,
  type ConversationFact,
  type ConversationRecord,
  conversationKey,
  utteranceAnchor,
} from '@earshot/model';
import type { Followed } from '@earshot/rules';
import type { Access } from '../access.js';
import { type AlertPlace, takeAlert, takeList } from './alerts.js';
import { basisOf, boundScores, enterBasis, enterScore } from './basis.js';
import { alertsOf, type Conversation, emptyConversation, evidenceAnchors } from './conversation.js';
import { emptyRow, enterFact, enterRecord, openRow } from './row.js';
import { sameTexts } from './same-texts.js';
import { hasHeard, hear, replayed, withdraw } from './transcript.js';

/** What a record changed; whoever looks at the conversation is told just that. */
export interface Change {
  conversation: Conversation;
  /** The agents differ, so others may see it now. */
  agents: boolean;
  /** Alerts with a new state. */
  alerts: string[];
  /** Alerts vanished: only the whole list says so. */
  list: boolean;
  /** `quiet`: only counts and times differ. */
  row: 'none' | 'quiet' | 'urgent';
  /** Anchors of changed lines, or everything anew. */
  lines: string[] | 'all';
  /** Anchors of lines whose words are as they were, and whose scores are known now. */
  scores?: string[];
}

export interface Book {
  readonly conversations: ReadonlyMap<string, Conversation>;
  /** Next offset to come, per partition of the alerts topic. */
  readonly next: readonly number[];
  /** A cursor below this has missed alerts that are no longer held, per partition. */
  readonly floor: readonly number[];
  find(tenant: string, conversationId: string): Conversation | undefined;
  applyAlert(record: AlertRecord, place: AlertPlace): Change | undefined;
  applyFact(fact: ConversationFact, logMs: number): Change | undefined;
  /** The engine's record of a conversation whose beginning lies before what was read here. */
  applyRecord(record: ConversationRecord, logMs: number, followed?: Followed): Change;
  /** An alerts record was read, whatever was in it. */
  moved(partition: number, offset: number): void;
  /** Everything up to these offsets has been read: partitions without recent records begin there. */
  begin(ends: readonly number[]): void;
  /** Agents' units may differ: whom a conversation belongs to is asked anew. */
  regroup(tenant: string): void;
  remove(conversation: Conversation): void;
  /** Alerts below this offset are no longer held. */
  raiseFloor(partition: number, offset: number): void;
}

const UNREAD = -1;
const OPENING = new Set<ConversationFact['body']['kind']>(['started', 'participant-joined', 'utterance']);

export function createBook(access: Access, options: { keepLines: number; partitions: number }): Book {
  const conversations = new Map<string, Conversation>();
  const floor = new Array<number>(options.partitions).fill(UNREAD);
  const next = new Array<number>(options.partitions).fill(0);

  function open(tenant: string, id: string): Conversation {
    const key = conversationKey(tenant, id);
    let found = conversations.get(key);
    if (!found) {
      found = emptyConversation(tenant, id, access.resource(tenant, []));
      conversations.set(key, found);
    }
    return found;
  }

  function regrouped(conversation: Conversation): boolean {
    // With every word that is spoken, and nearly always for nothing.
    if (conversation.board.held.size === 0 && sameTexts(conversation.agents, conversation.facts?.agents ?? []))
      return false;
    const agents = new Set(conversation.facts?.agents);
    for (const alert of alertsOf(conversation)) for (const agent of alert.agents) agents.add(agent);
    if (agents.size === conversation.agents.length && conversation.agents.every((agent) => agents.has(agent)))
      return false;
    conversation.agents = [...agents];
    conversation.resource = access.resource(conversation.tenant, conversation.agents);
    return true;
  }

  return {
    conversations,
    next,
    floor,
    find: (tenant, conversationId) => conversations.get(conversationKey(tenant, conversationId)),

    applyAlert(record, place) {
      const about = record.kind === 'alert' ? record.alert : record.list;
      const fresh = !conversations.has(conversationKey(about.tenant, about.conversationId));
      const conversation = open(about.tenant, about.conversationId);
      const { board } = conversation;
      const before = alertsOf(conversation);
      const { gone, changed } =
        record.kind === 'list'
          ? takeList(board, record.list, place)
          : { gone: [], changed: takeAlert(board, record.alert, place) ? [record.alert.id] : [] };
      if (gone.length + changed.length === 0) return undefined;
      const touched = new Set([...gone, ...changed]);
      const lines = [...before, ...alertsOf(conversation)]
        .filter((one) => touched.has(one.id))
        .flatMap(evidenceAnchors);
      conversation.rowJson = undefined;
      conversation.hits = undefined;
      return {
        conversation,
        // Its facts may be read later: nobody sees it yet, not even if it is nobody's.
        agents: regrouped(conversation) || fresh,
        alerts: changed,
        list: gone.length > 0,
        row: conversation.facts ? 'urgent' : 'none',
        lines: [...new Set(lines)],
      };
    },

    applyFact(fact, logMs) {
      const { tenant, conversationId, body } = fact;
      // Housekeeping and late remarks bring back no row that has gone; a takeover belongs to no conversation at all.
      const known = conversations.get(conversationKey(tenant, conversationId));
      if (!known?.facts && !OPENING.has(body.kind)) return undefined;
      const conversation = open(tenant, conversationId);
      const fresh = conversation.facts === undefined;
      conversation.facts ??= openRow(fact);
      conversation.lastLogMs = Math.max(conversation.lastLogMs, logMs);
      const told = enterFact(conversation.facts, fact);
      const { transcript, basis } = conversation;
      enterBasis(basis, fact, logMs, (leg, segment) => hasHeard(transcript, leg, segment));
      const arrival = { receivedAtMs: fact.receivedAtMs, era: basis.laterEras.length };
      const line =
        body.kind === 'utterance'
          ? hear(transcript, body, options.keepLines, arrival)
          : body.kind === 'utterance-withdrawn'
            ? withdraw(transcript, body)
            : ({ kind: 'none' } as const);
      const scored = body.kind === 'score' && enterScore(basis, body);
      if (scored) boundScores(basis, transcript.lines, 2 * options.keepLines);
      conversation.rowJson = undefined;
      const words = body.kind === 'utterance' || body.kind === 'utterance-withdrawn';
      return {
        conversation,
        agents: regrouped(conversation) || fresh,
        alerts: [],
        list: false,
        row: fresh || (told && !words) ? 'urgent' : told ? 'quiet' : 'none',
        lines: line.kind === 'rewound' ? 'all' : line.kind === 'line' ? [line.anchor] : [],
        ...(scored ? { scores: [utteranceAnchor(body.leg, body.segment)] } : {}),
      };
    },

    applyRecord(record, logMs, followed = { laterEras: [] }) {
      const conversation = open(record.tenant, record.conversationId);
      conversation.facts ??= emptyRow(record.channel, 0);
      conversation.lastLogMs = Math.max(conversation.lastLogMs, logMs);
      enterRecord(conversation.facts, record);
      conversation.basis = basisOf(record, followed, conversation.basis);
      const { laterEras } = followed;
      conversation.transcript = replayed(record, conversation.transcript, options.keepLines, laterEras.length);
      conversation.rowJson = undefined;
      return { conversation, agents: regrouped(conversation), alerts: [], list: false, row: 'urgent', lines: 'all' };
    },

    moved(partition, offset) {
      if (floor[partition] === UNREAD) floor[partition] = offset;
      next[partition] = offset + 1;
    },
    begin(ends) {
      ends.forEach((end, partition) => {
        if (floor[partition] === UNREAD) floor[partition] = end;
        next[partition] = Math.max(next[partition] ?? 0, end);
      });
    },
    regroup(tenant) {
      for (const conversation of conversations.values()) {
        if (conversation.tenant === tenant) conversation.resource = access.resource(tenant, conversation.agents);
      }
    },
    remove: (conversation) => void conversations.delete(conversationKey(conversation.tenant, conversation.id)),
    raiseFloor(partition, offset) {
      floor[partition] = Math.max(floor[partition] ?? 0, offset);
    },
  };
}
