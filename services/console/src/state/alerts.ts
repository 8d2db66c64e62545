import { type Alert, type AlertList, type AlertVersion, compareVersions } from '@earshot/model';

/** An alert as it stands, with the place of its record on the alerts topic. */
export interface HeldAlert {
  alert: Alert;
  partition: number;
  offset: number;
  logMs: number;
  /** Made on demand: an alert goes out to several desks in one text. */
  json?: string;
}

export interface AlertPlace {
  partition: number;
  offset: number;
  timestampMs: number;
}

/** The alerts of one conversation, as the console must show them. */
export interface AlertBoard {
  held: Map<string, HeldAlert>;
  /** Everything up to here is known: by a list, or by an alert's own version. */
  knownTo: AlertVersion;
  /** What the last list spoke for: alerts whose version lies in this range and that it did not name are gone. */
  listed?: { life: number; asOf: number };
}

export function emptyBoard(): AlertBoard {
  return { held: new Map(), knownTo: { offset: -1, index: 0 } };
}

/** Takes one state of an alert; false if something as new was held, or a list has ruled it out. */
export function takeAlert(board: AlertBoard, alert: Alert, place: AlertPlace): boolean {
  const held = board.held.get(alert.id);
  if (held ? compareVersions(alert.version, held.alert.version) <= 0 : within(alert, board.listed)) return false;
  const { partition, offset, timestampMs } = place;
  board.held.set(alert.id, { alert: withRaised(alert, held, timestampMs), partition, offset, logMs: timestampMs });
  if (compareVersions(alert.version, board.knownTo) > 0) board.knownTo = alert.version;
  return true;
}

/** Takes a whole list: others of its life go unless they are newer. Returns the ids that went or changed. */
export function takeList(board: AlertBoard, list: AlertList, place: AlertPlace): { gone: string[]; changed: string[] } {
  if (list.asOf < (board.listed?.asOf ?? -1)) return { gone: [], changed: [] };
  const named = new Set(list.alerts.map((alert) => alert.id));
  const gone = [...board.held.values()].flatMap(({ alert }) =>
    !named.has(alert.id) && within(alert, list) ? [alert.id] : [],
  );
  for (const id of gone) board.held.delete(id);
  board.listed = undefined;
  const changed = list.alerts.filter((alert) => takeAlert(board, alert, place)).map((alert) => alert.id);
  board.listed = { life: list.life, asOf: list.asOf };
  const asOf = { offset: list.asOf, index: Number.MAX_SAFE_INTEGER };
  if (compareVersions(asOf, board.knownTo) > 0) board.knownTo = asOf;
  return { gone, changed };
}

function within({ version }: Alert, range: { life: number; asOf: number } | undefined): boolean {
  return range !== undefined && version.offset >= range.life && version.offset <= range.asOf;
}

/** An alert is raised when its first record is on the log; later records carry that time on. */
function withRaised(alert: Alert, held: HeldAlert | undefined, timestampMs: number): Alert {
  const first = alert.state === 'raised' && alert.claimedBy === undefined ? timestampMs : undefined;
  const raisedMs = alert.timeline.raisedMs ?? held?.alert.timeline.raisedMs ?? first;
  return raisedMs === undefined ? alert : { ...alert, timeline: { ...alert.timeline, raisedMs } };
}
