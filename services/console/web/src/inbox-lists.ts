import type { Alert } from '@earshot/model/alert';
import { byUrgency, isOpen } from '../../client/src/live/select.js';

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
  sorted.open.sort(byUrgency);
  sorted.claimed.sort((a, b) => Number(b.claimedBy === me) - Number(a.claimedBy === me) || byUrgency(a, b));
  sorted.closed.sort((a, b) => b.version.offset - a.version.offset);
  return sorted;
}
