import { Button } from 'antd';
import { useEffect, useState } from 'react';
import { Clock } from './bits.js';
import { conversationName } from './conversation-table.js';
import { EvidenceCard } from './evidence.js';
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

  if (view.kind !== 'ready') {
    return (
      <main className="page">
        <div className="page-head">
          <Button size="small" onClick={() => go({ page: 'wall' })}>
            ← {t('page.back')}
          </Button>
        </div>
        <p className="empty" role="status">
          {t(`page.${view.kind}`)}
        </p>
      </main>
    );
  }

  const { row, lines, alerts } = view;
  const focused = alerts.find((alert) => alert.id === alertId);
  const ordered = focused ? [focused, ...alerts.filter((alert) => alert !== focused)] : alerts;
  const jumpTo = (line: string) => setJump((old) => ({ line, ask: (old?.ask ?? 0) + 1 }));
  const first = focused?.finding.evidence.at(-1);
  return (
    <main className="page">
      <div className="page-head">
        <Button size="small" onClick={() => go({ page: 'wall' })}>
          ← {t('page.back')}
        </Button>
        <h2>{conversationName(row)}</h2>
        <dl>
          <Field name={t('col.channel')} value={t(`channel.${row.channel}`)} />
          <Field name={t('col.skill')} value={row.skillGroup ?? '–'} />
          <Field name={t('col.agent')} value={row.agents.join(' → ') || '–'} />
          <dt>{t('col.duration')}</dt>
          <dd>
            {row.startedAtMs === undefined ? (
              '–'
            ) : (
              <Clock fromMs={row.startedAtMs} {...(row.endedAtMs === undefined ? {} : { toMs: row.endedAtMs })} />
            )}
          </dd>
        </dl>
        <span className={`phase${row.endedAtMs === undefined ? ' on' : ''}`}>
          {t(row.endedAtMs === undefined ? 'page.live' : 'page.ended')}
        </span>
        {first && (
          <Button size="small" type="text" onClick={() => jumpTo(lineId(first))}>
            {t('evidence.jump')}
          </Button>
        )}
      </div>
      <div className="page-body">
        <TranscriptView key={conversationId} lines={lines} jump={jump} />
        <section className="evidences" aria-label={t('page.alerts')}>
          {ordered.length === 0 && <p className="empty">{t('page.no-alerts')}</p>}
          {ordered.map((alert) => (
            <EvidenceCard key={alert.id} alert={alert} current={alert === focused} onJump={jumpTo} />
          ))}
        </section>
      </div>
    </main>
  );
}

function Field({ name, value }: { name: string; value: string }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </>
  );
}
