/**
 * One lane as one line of entries: the older ones on the disk, the newer ones in memory. The line loses its head when
 * the log has it, and entries cross from memory to the disk in order, so nothing ever overtakes. What is decided here
 * is only when to do which.
 */
export interface LaneFigures {
  /** Entries in the spool that the log is not known to have. */
  onDisk: number;
  /** Entries that nobody has been answered for; all newer than those on the disk. */
  inMemory: number;
  /** The one call to the log that is out: how many entries, from the head of what. */
  call: { from: CallSource; count: number } | undefined;
  /** It has been out for too long. */
  late: boolean;
  /** The last call that was answered failed. */
  failing: boolean;
  /** A failed call is not repeated yet. */
  pausing: boolean;
  /** The memory's head is being written to the spool. */
  writing: boolean;
}

/** `nobody`: its entries were refused meanwhile; they may still turn up in the log, as after every refusal. */
export type CallSource = 'disk' | 'memory' | 'nobody';

/** Where the next call to the log takes its entries; undefined: none is to be made now. */
export function sendFrom(lane: LaneFigures): 'disk' | 'memory' | undefined {
  if (lane.call || lane.pausing) return undefined;
  if (lane.onDisk > 0) return 'disk';
  // What is being written has two ends to come from until it is known whether it was.
  return lane.inMemory > 0 && !lane.writing ? 'memory' : undefined;
}

/**
 * Whether what is in memory goes to the disk now, to be acknowledged from there. Not while the log is well and the call
 * that is out is all that stands before it: the next call takes it, and the lane is rid of the disk again.
 */
export function shouldSpool(lane: LaneFigures): boolean {
  if (lane.inMemory === 0 || lane.writing) return false;
  if (lane.late) return true;
  // It is about to be known how the log is; where the spool takes nothing, this call is all the hope there is.
  if (lane.call?.from === 'memory') return false;
  const onTheWay = lane.call?.from === 'disk' ? lane.call.count : 0;
  return lane.failing || lane.onDisk > onTheWay;
}

const FIRST_PAUSE_MS = 100;

/** How long after the `failures`-th failed call in a row (from 1) it is repeated. */
export function pauseMs(failures: number, longestMs: number): number {
  return Math.min(FIRST_PAUSE_MS * 2 ** Math.min(failures - 1, 20), longestMs);
}
