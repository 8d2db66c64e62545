// biome-ignore-all lint/a11y/useSemanticElements: rows are placed one by one, which table and list elements do not allow
import type { Alert } from '@earshot/model/alert';
import { memo } from 'react';
import { staffOf } from '../../client/src/live/select.js';
import { excerpt } from '../../client/src/text/excerpt.js';
import { repeatContact } from '../../client/src/text/history.js';
import { staffTexts } from '../../client/src/words/staff.js';
import { AlertActions } from './alert-actions.js';
import { Ago, SeverityTag } from './bits.js';
import { conversationName } from './conversation-table.js';
import { hitOf, MarkedText } from './marked-text.js';
import { formatRoute, go } from './route.js';
import { useLive, useUi } from './ui.js';

interface AlertItemProps {
  alert: Alert;
  topPx: number;
  selected: boolean;
  index: number;
  count: number;
}

/** One alert of the inbox, of fixed height: title and age, the words, who and what to do. */
export const AlertItem = memo(function AlertItem({ alert, topPx, selected, index, count }: AlertItemProps) {
  const { t } = useUi();
  const me = useLive((state) => state.me.staffNumber);
  const names = useLive((state) => state.names);
  const staff = useLive((state) => staffOf(state, alert));
  const { finding } = alert;
  const again = repeatContact(t, alert);
  const evidence = finding.evidence[finding.evidence.length - 1];
  const shown = evidence && excerpt(evidence.quote, evidence.spans);
  const route = { page: 'conversation', conversationId: alert.conversationId, alertId: alert.id } as const;
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the link inside is the way for keys; the card is a larger target for the mouse
    <div
      className={`alert sev-${finding.severity}${selected ? ' selected' : ''}`}
      role="listitem"
      aria-posinset={index + 1}
      aria-setsize={count}
      aria-current={selected ? 'true' : undefined}
      data-alert={alert.id}
      style={{ transform: `translateY(${topPx}px)` }}
      onClick={() => go(route)}
    >
      <div className="top">
        <SeverityTag severity={finding.severity} />
        <a href={formatRoute(route)} onClick={(event) => event.stopPropagation()}>
          {finding.prompt.title}
        </a>
        {again && <em className="again">{again}</em>}
        {alert.claimedBy === me && alert.state === 'claimed' && <em>{t('alert.mine')}</em>}
        <Ago atMs={finding.wordsAtMs} />
      </div>
      <p className="quote">
        {evidence && shown ? (
          <>
            <span>{t('evidence.speaker', { role: t(`role.${evidence.role}`) })}</span>
            <MarkedText text={shown.text} hits={[hitOf(finding, shown)]} />
          </>
        ) : (
          finding.prompt.what
        )}
      </p>
      <div className="foot">
        <span className="meta">
          {t('alert.agent', { agents: staffTexts(names, staff) })}
          {alert.summary.skillGroup && ` · ${alert.summary.skillGroup}`}
          {' · '}
          {conversationName({ conversationId: alert.conversationId, externalIds: alert.summary.externalIds })}
        </span>
        {/* biome-ignore lint/a11y/noStaticElementInteractions lint/a11y/useKeyWithClickEvents: keeps a click on a button from opening the card */}
        <span className="act" onClick={(event) => event.stopPropagation()}>
          <AlertActions alert={alert} />
        </span>
      </div>
    </div>
  );
});
