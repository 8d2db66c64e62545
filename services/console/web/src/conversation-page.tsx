import { Button } from 'antd';
import { useEffect, useState } from 'react';
import { ConversationHead } from './conversation-head.js';
import { Empty } from './empty.js';
import { EvidenceCard } from './evidence.js';
import { MoodChart } from './mood/mood-chart.js';
import { PastFindingCard } from './past-finding.js';
import { go } from './route.js';
import { lineId, TranscriptView } from './transcript-view.js';
import { useUi } from './ui.js';
import { useConversation } from './use-conversation.js';

export function ConversationPage({
  conversationId,
  alertId,
}: {
  conversationId: string;
  alertId?: string | undefined;
}) {
  const { t, session } = useUi();
  const view = useConversation(conversationId);
  const [jump, setJump] = useState<{ line: string; ask: number } | undefined>();
  const ready = view.kind === 'ready';

  // An alert that somebody opened has reached a person, whether it popped up or waited in the inbox.
  useEffect(() => {
    if (!ready || alertId === undefined) return;
    session.painted(alertId);
    session.putAway(alertId);
  }, [ready, alertId, session]);

  // Whoever comes from an alert wants to see its words first.
  const focused = view.kind === 'ready' ? view.alerts.find((alert) => alert.id === alertId) : undefined;
  const words = focused?.finding.evidence.at(-1);
  const line = words && view.kind === 'ready' && view.lines.length > 0 ? lineId(words) : undefined;
  // biome-ignore lint/correctness/useExhaustiveDependencies: another alert asks again, even on the same line
  useEffect(() => {
    if (line !== undefined) setJump((old) => ({ line, ask: (old?.ask ?? 0) + 1 }));
  }, [line, alertId]);

  if (view.kind !== 'ready') {
    return (
      <main className="page">
        <div className="page-head">
          <Button size="small" onClick={() => go({ page: 'wall' })}>
            ← {t('page.back')}
          </Button>
        </div>
        <Empty title={t(`page.${view.kind}`)} />
      </main>
    );
  }

  const { row, lines, alerts, findings, names, past } = view;
  const ordered = focused ? [focused, ...alerts.filter((alert) => alert !== focused)] : alerts;
  const jumpTo = (to: string) => setJump((old) => ({ line: to, ask: (old?.ask ?? 0) + 1 }));
  return (
    <main className="page">
      <ConversationHead row={row} names={names} />
      <MoodChart key={conversationId} lines={lines} alerts={alerts} past={past} onJump={jumpTo} />
      <div className="page-body">
        <TranscriptView key={conversationId} lines={lines} jump={jump} onHit={showEvidence} />
        <section className="evidences" aria-label={t('page.alerts')}>
          {ordered.length + findings.length === 0 && (
            <Empty title={t('page.no-alerts')} hint={t('page.no-alerts.hint')} />
          )}
          {ordered.map((alert, at) => (
            <EvidenceCard
              key={alert.id}
              alert={alert}
              names={names}
              lines={lines}
              current={alert === focused}
              open={alert === focused || (focused === undefined && at === 0)}
              onJump={jumpTo}
            />
          ))}
          {findings.map((finding) => (
            <PastFindingCard
              key={finding.id}
              conversationId={conversationId}
              finding={finding}
              lines={lines}
              onJump={jumpTo}
            />
          ))}
        </section>
      </div>
    </main>
  );
}

/** From a hit word to the card that says why. */
function showEvidence(ruleId: string): void {
  const card = document.querySelector(`.evidence[data-rule="${CSS.escape(ruleId)}"]`);
  card?.scrollIntoView({ block: 'nearest' });
  card?.animate([{ background: 'var(--accent-soft)' }, { background: 'var(--panel)' }], { duration: 1600 });
}
