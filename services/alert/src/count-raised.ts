import type { Metrics } from '@earshot/kit';
import type { Alert, Severity } from '@earshot/model';
import { decodeAlertRecord, TOPICS } from '@earshot/wire';

/** Of these severities findings become alerts; lower ones are only stored. */
export const RAISED: readonly Severity[] = ['critical', 'high', 'medium'];

/** Counts each alert once, by what alerting has written. */
export function countRaised(metrics: Metrics): (written: { topic: string; value: Uint8Array }) => void {
  const raised = metrics.counter('earshot_alerts_raised_total', 'Alerts that were raised', [
    'severity',
    'interrupting',
  ]);
  // The first alert of a severity is to be seen as a rise, not as a figure that was always there.
  for (const severity of RAISED) {
    for (const interrupting of ['true', 'false']) raised.inc({ severity, interrupting }, 0);
  }
  return ({ topic, value }) => {
    if (topic !== TOPICS.alerts) return;
    const record = decodeAlertRecord(value);
    if (record.kind !== 'alert' || !isAsRaised(record.alert)) return;
    const { finding, interrupting } = record.alert;
    raised.inc({ severity: finding.severity, interrupting: String(interrupting) });
  };
}

/** Its first version: nobody has been told of it, and nobody has done anything about it. */
function isAsRaised({ state, reason, shownTo, useful, timeline, deliveries = [] }: Alert): boolean {
  const told = shownTo.length > 0 || useful !== undefined;
  const touched = told || timeline.deliveredMs !== undefined || timeline.seenMs !== undefined;
  return state === 'raised' && reason === 'finding' && !touched && deliveries.every(({ status }) => status === 'due');
}
