import type { Alert } from '@earshot/model/alert';
import { useEffect } from 'react';
import { promptQueue, staffOf } from '../../client/src/live/select.js';
import { staffTexts } from '../../client/src/words/staff.js';
import { AlertActions } from './alert-actions.js';
import { Ago, SeverityTag } from './bits.js';
import { go } from './route.js';
import { useLive, useUi } from './ui.js';

const SHOWN = 2;

/** New interrupting alerts, most urgent first; the region stands on the page before anything pops up in it. */
export function Pops() {
  const { t, session } = useUi();
  // Only these parts decide what stands here.
  useLive((state) => state.popped);
  useLive((state) => state.alerts);
  const fresh = promptQueue(session.state()).filter((alert) => alert.state === 'raised');
  const shown = fresh.slice(0, SHOWN);
  const rest = fresh.length - shown.length;
  return (
    <section className="pops" aria-label={t('pop.region')}>
      <div role="alert">
        {shown.filter(isCritical).map((alert) => (
          <Pop key={alert.id} alert={alert} />
        ))}
      </div>
      <div role="status">
        {shown
          .filter((alert) => !isCritical(alert))
          .map((alert) => (
            <Pop key={alert.id} alert={alert} />
          ))}
      </div>
      {fresh.length > 1 && (
        <p className="pop-more">
          <span>{rest > 0 ? t('pop.more', { count: rest }) : ''}</span>
          <button
            type="button"
            onClick={() => {
              for (const alert of fresh) session.putAway(alert.id);
            }}
          >
            {t('pop.close-all')}
          </button>
        </p>
      )}
    </section>
  );
}

function isCritical(alert: Alert): boolean {
  return alert.finding.severity === 'critical';
}

function Pop({ alert }: { alert: Alert }) {
  const { t, session } = useUi();
  const names = useLive((state) => state.names);
  const staff = useLive((state) => staffOf(state, alert));
  const { prompt, severity, wordsAtMs } = alert.finding;

  useEffect(() => {
    const tell = () => session.painted(alert.id);
    tell();
    document.addEventListener('visibilitychange', tell);
    return () => document.removeEventListener('visibilitychange', tell);
  }, [alert.id, session]);

  return (
    <article className={`pop sev-${severity}`} data-alert={alert.id}>
      <header>
        <SeverityTag severity={severity} />
        <strong>{prompt.title}</strong>
        <Ago atMs={wordsAtMs} />
        <button type="button" className="close" aria-label={t('pop.close')} onClick={() => session.putAway(alert.id)}>
          ×
        </button>
      </header>
      <p>{prompt.what}</p>
      <footer>
        <span className="meta">
          {t('alert.agent', { agents: staffTexts(names, staff) })}
          {alert.summary.skillGroup && ` · ${alert.summary.skillGroup}`}
        </span>
        <button
          type="button"
          className="linkish"
          onClick={() => {
            session.putAway(alert.id);
            go({ page: 'conversation', conversationId: alert.conversationId, alertId: alert.id });
          }}
        >
          {t('alert.open')}
        </button>
        <AlertActions alert={alert} full />
      </footer>
    </article>
  );
}
