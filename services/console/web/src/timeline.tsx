import type { Alert, AlertDelivery, Timeline as Times } from '@earshot/model';
import { isOpen } from '../../client/src/live/select.js';
import type { Names } from '../../client/src/live/state.js';
import { clockTime } from '../../client/src/words/clock-time.js';
import { staffText } from '../../client/src/words/staff.js';
import { lapse } from '../../client/src/words/translate.js';
import { useUi } from './ui.js';

const STEPS: [keyof Times, string][] = [
  ['spokenMs', 'spoken'],
  ['receivedMs', 'received'],
  ['judgedMs', 'judged'],
  ['deliveredMs', 'delivered'],
  ['seenMs', 'seen'],
  ['claimedMs', 'claimed'],
  ['closedMs', 'closed'],
];

/** From the words to the end of it: how long after the words each step came, and who took it. */
export function Timeline({ alert, names }: { alert: Alert; names: Names }) {
  const { t } = useUi();
  const { timeline } = alert;
  const atOf = ([key]: (typeof STEPS)[number]) => timeline[key];
  // Somebody may claim before a page has said that it showed the alert: what happened stands in the order of time.
  const happened = STEPS.filter((step) => atOf(step) !== undefined);
  happened.sort((a, b) => Number(a[1] !== 'spoken') - Number(b[1] !== 'spoken') || (atOf(a) ?? 0) - (atOf(b) ?? 0));
  let next = 0;
  const steps = STEPS.map((step) => (atOf(step) === undefined ? step : (happened[next++] ?? step)));
  return (
    <ol className="steps">
      {steps.map(([key, name]) => {
        const atMs = timeline[key];
        // What is over skips steps; what is open still has them before it.
        if (atMs === undefined && !isOpen(alert)) return null;
        const label = name === 'closed' && !isOpen(alert) ? t(`state.${alert.state}`) : t(`timeline.${name}`);
        const who = atMs === undefined ? '' : whoTook(name, alert, names, t);
        return (
          <li key={name} className={atMs === undefined ? 'ahead' : 'done'}>
            <span>{label}</span>
            <b className="num" title={atMs === undefined ? undefined : clockTime(atMs)}>
              {atMs === undefined
                ? t('timeline.ahead')
                : name === 'spoken'
                  ? clockTime(atMs)
                  : `+${lapse(t, atMs - timeline.spokenMs)}`}
            </b>
            <em title={who}>{who}</em>
          </li>
        );
      })}
      {(alert.deliveries ?? []).map((delivery) => (
        <Outside key={`${delivery.channel} ${delivery.recipient}`} delivery={delivery} spokenMs={timeline.spokenMs} />
      ))}
    </ol>
  );
}

/** What became of telling one receiver outside. */
function Outside({ delivery, spokenMs }: { delivery: AlertDelivery; spokenMs: number }) {
  const { t } = useUi();
  const { recipient, status, code, doneMs } = delivery;
  const what = [recipient, t(`delivery.${status}`), status === 'failed' ? code : undefined].filter(Boolean).join(' · ');
  return (
    <li className={doneMs === undefined ? 'ahead' : 'done'}>
      <span>{t('timeline.outside')}</span>
      <b className="num" title={doneMs === undefined ? undefined : clockTime(doneMs)}>
        {doneMs === undefined ? t('timeline.ahead') : `+${lapse(t, doneMs - spokenMs)}`}
      </b>
      <em title={what}>{what}</em>
    </li>
  );
}

function whoTook(step: string, alert: Alert, names: Names, t: ReturnType<typeof useUi>['t']): string {
  if (step === 'seen') return alert.shownTo.map((one) => staffText(names, one)).join('、');
  if (step === 'claimed') return alert.claimedBy === undefined ? '' : staffText(names, alert.claimedBy);
  return step === 'closed' && alert.outcome ? t(`outcome.${alert.outcome}`) : '';
}
