import type { Alert } from '@earshot/model';
import type { Names } from '../../client/src/live/state.js';
import { agentHabits, earlierContacts, incident, repeatContact } from '../../client/src/text/history.js';
import { dayTime } from '../../client/src/words/clock-time.js';
import { formatRoute } from './route.js';
import { useUi } from './ui.js';

/** What other conversations brought: repeat contact with the ones before, the agent's habits, an incident. */
export function HistoryLines({ alert, names }: { alert: Alert; names: Names }) {
  const { t } = useUi();
  const again = repeatContact(t, alert);
  const met = incident(t, alert);
  const habits = agentHabits(t, names, alert);
  if (!again && !met && habits.length === 0) return null;
  return (
    <ul className="history">
      {again && (
        <li>
          <strong>{again}</strong>
          {earlierContacts(alert).map(({ conversationId, channel, atMs }) => (
            <a key={conversationId} href={formatRoute({ page: 'conversation', conversationId })}>
              {t(`channel.${channel}`)} <time className="num">{dayTime(atMs)}</time>
            </a>
          ))}
        </li>
      )}
      {[met, ...habits].map((line) => line && <li key={line}>{line}</li>)}
    </ul>
  );
}
