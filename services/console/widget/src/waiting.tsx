import type { Alert } from '@earshot/model/alert';
import { duration, type Translate } from '../../client/src/words/translate.js';
import { SeverityIcon } from './icons.js';

interface WaitingProps {
  alerts: Alert[];
  t: Translate;
  nowMs: number;
  name(alert: Alert): string;
  onOpen(alert: Alert): void;
}

/** What does not stand on the card: less urgent, medium, or already shown in another window. */
export function Waiting({ alerts, t, nowMs, name, onOpen }: WaitingProps) {
  if (alerts.length === 0) return null;
  return (
    <ul class="waiting" aria-label={t('waiting.label')}>
      {alerts.map((alert) => {
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
    </ul>
  );
}
