import type { LiveState } from '../../client/src/live/state.js';
import type { Folders } from './inbox-lists.js';
import { useLive, useNow, useUi } from './ui.js';

const HOUR_MS = 3_600_000;

export function Counters({ lists }: { lists: Folders }) {
  const { t } = useUi();
  const conversations = useLive((state) => state.conversations);
  const alerts = useLive((state) => state.alerts);
  const marks = useLive((state) => state.marks);
  const me = useLive((state) => state.me.staffNumber);
  const nowMs = useNow();
  let live = 0;
  let risky = 0;
  for (const row of conversations.values()) {
    if (row.endedAtMs === undefined) live += 1;
    if (row.openAlerts > 0) risky += 1;
  }
  const mine = lists.claimed.filter((alert) => alert.claimedBy === me).length;
  const figures: [string, number, string?][] = [
    ['count.live', live],
    ['count.risky', risky],
    ['count.unclaimed', lists.open.length, lists.open[0]?.finding.severity],
    ['count.mine', mine],
    ['count.interruptions', interruptions(alerts, marks, nowMs)],
  ];
  return (
    <dl className="counters">
      {figures.map(([key, value, severity]) => (
        <div key={key} className={severity && value > 0 ? `sev-${severity}` : ''}>
          <dt>{t(key)}</dt>
          <dd className="num">{value.toLocaleString('en-US')}</dd>
        </div>
      ))}
    </dl>
  );
}

/** How often this person was interrupted: what the alert budget is spent on. */
function interruptions(alerts: LiveState['alerts'], marks: LiveState['marks'], nowMs: number): number {
  let count = 0;
  for (const alert of alerts.values()) {
    const raisedMs = alert.timeline.raisedMs ?? alert.finding.wordsAtMs;
    if (marks.get(alert.id)?.shown && alert.interrupting && nowMs - raisedMs < HOUR_MS) count += 1;
  }
  return count;
}
