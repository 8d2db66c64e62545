import type { Alert } from '@earshot/model/alert';
import { useState } from 'preact/hooks';
import { duration, type Translate } from '../../client/src/words/translate.js';
import { SeverityIcon } from './icons.js';

interface WaitingProps {
  alerts: Alert[];
  t: Translate;
  nowMs: number;
  name(alert: Alert): string;
  onOpen(alert: Alert): void;
}

/** The rest is behind a button: the talk must stay in view. */
const SHOWN = 3;

/** What does not stand on the card: less urgent, medium, or already shown in another window. */
export function Waiting({ alerts, t, nowMs, name, onOpen }: WaitingProps) {
  const [all, setAll] = useState(false);
  if (alerts.length === 0) return null;
  return (
    <ul class="waiting" aria-label={t('waiting.label')}>
      {(all ? alerts : alerts.slice(0, SHOWN)).map((alert) => {
        const { severity, prompt, wordsAtMs } = alert.finding;
        return (
          <li key={alert.id} data-alert={alert.id}>
            <button type="button" onClick={() => onOpen(alert)}>
              <SeverityIcon severity={severity} />
              <span class={`word sev-${severity}`}>{t(`severity.${severity}`)}</span>
              <span class="title">{prompt.title}</span>
              <small>{name(alert)}</small>
              <time>{t('prompt.ago', { age: duration(t, nowMs - wordsAtMs) })}</time>
            </button>
          </li>
        );
      })}
      {alerts.length > SHOWN && (
        <li class="rest">
          <button type="button" aria-expanded={all} onClick={() => setAll(!all)}>
            {all ? t('waiting.fewer') : t('waiting.more', { count: alerts.length - SHOWN })}
          </button>
        </li>
      )}
    </ul>
  );
}
