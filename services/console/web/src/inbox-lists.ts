import type { Alert } from '@earshot/model/alert';
import { bySeverity, isOpen } from '../../client/src/live/select.js';

export const FOLDERS = ['open', 'claimed', 'closed'] as const;
export type Folder = (typeof FOLDERS)[number];

export type Folders = Record<Folder, Alert[]>;

/** Low is only stored. Open and claimed by urgency, then newest words; closed by when it ended. */
export function folders(alerts: ReadonlyMap<string, Alert>, me: string): Folders {
  const sorted: Folders = { open: [], claimed: [], closed: [] };
  for (const alert of alerts.values()) {
    if (alert.finding.severity === 'low') continue;
    if (!isOpen(alert)) sorted.closed.push(alert);
    else sorted[alert.state === 'claimed' ? 'claimed' : 'open'].push(alert);
  }
  const urgency = (a: Alert, b: Alert) => bySeverity(a, b) || b.finding.wordsAtMs - a.finding.wordsAtMs;
  sorted.open.sort(urgency);
  sorted.claimed.sort((a, b) => Number(b.claimedBy === me) - Number(a.claimedBy === me) || urgency(a, b));
  sorted.closed.sort((a, b) => b.version.offset - a.version.offset);
  return sorted;
}
