import type { Alert } from '@earshot/model/alert';
import { OUTCOMES } from '@earshot/model/vocabulary';
import { Button } from 'antd';
import { useState } from 'react';
import { isOpen, pendingOf } from '../../client/src/live/select.js';
import { staffText } from '../../client/src/words/staff.js';
import { useLive, useUi } from './ui.js';

/** What may be done with an alert now. Nothing is claimed or resolved before it has come back from the server. */
export function AlertActions({ alert, full }: { alert: Alert; full?: boolean }) {
  const { t, session } = useUi();
  const [choosing, setChoosing] = useState(false);
  const state = useLive((now) => now.pending);
  const me = useLive((now) => now.me.staffNumber);
  const names = useLive((now) => now.names);
  const claiming = state.size > 0 && pendingOf(session.state(), alert.id, 'claim') !== undefined;
  const resolving = state.size > 0 && pendingOf(session.state(), alert.id, 'resolve') !== undefined;
  const releasing = state.size > 0 && pendingOf(session.state(), alert.id, 'release') !== undefined;

  if (!isOpen(alert)) {
    return (
      <span className="state">
        {t(`state.${alert.state}`)}
        {alert.outcome && ` · ${t(`outcome.${alert.outcome}`)}`}
      </span>
    );
  }
  if (alert.state === 'raised') {
    return (
      <Button
        size="small"
        type="primary"
        ghost={!full}
        disabled={claiming}
        onClick={() => session.act(alert.id, { kind: 'claim' })}
      >
        {claiming ? `${t('alert.claiming')}…` : t('alert.claim')}
      </Button>
    );
  }
  if (alert.claimedBy !== me)
    return <span className="state">{t('alert.by', { by: staffText(names, alert.claimedBy ?? '') })}</span>;
  if (choosing && !resolving) {
    return (
      <fieldset className="actions">
        <legend className="sr-only">{t('outcome.heading')}</legend>
        {OUTCOMES.map((outcome) => (
          <Button key={outcome} size="small" onClick={() => session.act(alert.id, { kind: 'resolve', outcome })}>
            {t(`outcome.${outcome}`)}
          </Button>
        ))}
        <Button size="small" type="text" aria-label={t('outcome.back')} onClick={() => setChoosing(false)}>
          ×
        </Button>
      </fieldset>
    );
  }
  return (
    <span className="actions">
      {full && (
        <Button
          size="small"
          type="text"
          disabled={releasing}
          onClick={() => session.act(alert.id, { kind: 'release' })}
        >
          {releasing ? `${t('alert.releasing')}…` : t('alert.release')}
        </Button>
      )}
      <Button size="small" type="primary" ghost disabled={resolving} onClick={() => setChoosing(true)}>
        {resolving ? `${t('alert.resolving')}…` : t('alert.resolve')}
      </Button>
    </span>
  );
}
