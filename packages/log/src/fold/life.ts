/** One life of a conversation: (key, birth offset). */
export class Life<State> {
  /** Last record of the conversation that this life has seen, and its log time. */
  lastOffset: number;
  lastLogMs: number;
  /** Oldest offset that rebuilding this state needs: its birth, or the record behind its last counted checkpoint. */
  needFrom: number;
  /** Size of its last checkpoint, 0 before the first. */
  savedBytes = 0;
  /** Appended by this owner and not read back yet. */
  readonly pending: { reachedMs?: number; closeOf?: number; checkpointAsOf?: number } = {};
  /** Once made, what it was made from (a whole checkpoint, it may be) is let go. */
  private held: { state: State } | { begin: () => State };
  private readonly behind: ((state: State) => void)[] = [];

  constructor(
    readonly key: string,
    readonly birth: number,
    last: { offset: number; logMs: number },
    needFrom: number,
    begin: () => State,
  ) {
    this.lastOffset = last.offset;
    this.lastLogMs = last.logMs;
    this.needFrom = needFrom;
    this.held = { begin };
  }

  /** Made when it is first asked for: after a restart most lives have a while to wait for it. */
  get state(): State {
    if ('state' in this.held) return this.held.state;
    const state = this.held.begin();
    for (const apply of this.behind) apply(state);
    this.behind.length = 0;
    this.held = { state };
    return state;
  }

  /** Applied before anybody sees the state. */
  applyLater(apply: (state: State) => void): void {
    if ('state' in this.held) apply(this.held.state);
    else this.behind.push(apply);
  }
}

/** The oldest offset that any of these lives needs; `position` if there are none. */
export function lowWaterMark(lives: Iterable<{ needFrom: number }>, position: number): number {
  let mark = position;
  for (const life of lives) if (life.needFrom < mark) mark = life.needFrom;
  return mark;
}

const LEAST_SHARE = 0.4;
const MOST_SHARE = 0.8;
const MEAN_SHARE = (LEAST_SHARE + MOST_SHARE) / 2;
/** Checkpoints may add about so much to each record of the log; one of a final utterance has some 200 bytes. */
const CHECKPOINT_BYTES_PER_RECORD = 320;

/**
 * How many records behind the newest a checkpoint is due, at most. Long conversations make large checkpoints: were they
 * written as often as those of short ones, a busy partition would hold little else, and its readers read little else.
 */
export function refoldWanted(lives: Iterable<{ savedBytes: number }>, least: number, most: number): number {
  let bytes = 0;
  for (const { savedBytes } of lives) bytes += savedBytes;
  return Math.min(most, Math.max(least, bytes / (MEAN_SHARE * CHECKPOINT_BYTES_PER_RECORD)));
}

/**
 * Spreads checkpoints over 0.4 to 0.8 of the bound, by key, so that conversations born together do not all write
 * theirs at once and the bound still holds while a checkpoint is on its way.
 */
export function checkpointAfter(key: string, wanted: number): number {
  let hash = 2166136261;
  for (let i = 0; i < key.length; i++) hash = Math.imul(hash ^ key.charCodeAt(i), 16777619);
  const share = LEAST_SHARE + (MOST_SHARE - LEAST_SHARE) * ((hash >>> 0) / 0xffffffff);
  return Math.max(1, Math.floor(wanted * share));
}
