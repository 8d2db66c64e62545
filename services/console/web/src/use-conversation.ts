import type { Alert } from '@earshot/model';
import type { ConversationRow, TranscriptLine } from '@earshot/wire/live';
import { useEffect, useMemo, useState } from 'react';
import { byUrgency, isOpen } from '../../client/src/live/select.js';
import type { Names } from '../../client/src/live/state.js';
import type { PastFinding } from './past-finding.js';
import { useLive, useUi } from './ui.js';

interface Stored {
  row: ConversationRow;
  transcript: TranscriptLine[];
  alerts: Alert[];
  /** Of a conversation of the past: what stood in it, alerts or not. */
  findings?: PastFinding[];
  names: Names;
}

export type ConversationView =
  | { kind: 'loading' | 'missing' | 'failed' }
  | {
      kind: 'ready';
      row: ConversationRow;
      lines: readonly TranscriptLine[];
      alerts: Alert[];
      findings: PastFinding[];
      names: Names;
      /** Shown as the warehouse keeps it. */
      past: boolean;
    };

/** What is live of a conversation; what the server has stored where nothing is. */
export function useConversation(conversationId: string): ConversationView {
  const { session } = useUi();
  const [stored, setStored] = useState<Stored | 'loading' | 'missing' | 'failed'>('loading');
  const row = useLive((state) => state.conversations.get(conversationId));
  const live = useLive((state) => state.transcripts.get(conversationId));
  const alerts = useLive((state) => state.alerts);
  const liveNames = useLive((state) => state.names);

  useEffect(() => {
    session.follow(conversationId);
    return () => session.unfollow(conversationId);
  }, [session, conversationId]);

  useEffect(() => {
    const abort = new AbortController();
    setStored('loading');
    load(conversationId, abort.signal).then(
      (found) => setStored(found ?? 'missing'),
      () => {
        if (!abort.signal.aborted) setStored('failed');
      },
    );
    return () => abort.abort();
  }, [conversationId]);

  return useMemo(() => {
    const known = typeof stored === 'string' ? undefined : stored;
    const shownRow = row ?? known?.row;
    if (!shownRow) return { kind: typeof stored === 'string' ? stored : 'missing' };
    const byId = new Map((known?.alerts ?? []).map((alert) => [alert.id, alert]));
    for (const alert of alerts.values()) if (alert.conversationId === conversationId) byId.set(alert.id, alert);
    const sorted = [...byId.values()].sort((a, b) => Number(isOpen(b)) - Number(isOpen(a)) || byUrgency(a, b));
    const lines = live?.length ? live : (known?.transcript ?? []);
    const findings = (known?.findings ?? []).filter((finding) => !byId.has(finding.id));
    const past = known?.findings !== undefined && !live?.length;
    const names = { ...known?.names, ...liveNames };
    return { kind: 'ready', row: shownRow, lines, alerts: sorted, findings, names, past };
  }, [stored, row, live, alerts, liveNames, conversationId]);
}

async function load(conversationId: string, signal: AbortSignal): Promise<Stored | undefined> {
  const response = await fetch(`/v1/conversations/${encodeURIComponent(conversationId)}`, { signal });
  if (response.status === 404 || response.status === 403) return undefined;
  if (!response.ok) throw new Error(`conversation answered ${response.status}`);
  return (await response.json()) as Stored;
}
