/** One life of a conversation: (key, birth offset). */
export class Life<State> {
  /** Last record of the conversation that this life has seen, and its log time. */
  lastOffset: number;
  lastLogMs: number;
  /** Oldest offset that rebuilding this state needs: its birth, or the record behind its last counted checkpoint. */
  needFrom: number;
  /** Appended by this owner and not read back yet. */
  readonly pending: { reachedMs?: number; closeOf?: number; checkpointAsOf?: number } = {};
  private made: { state: State } | undefined;
  private readonly behind: ((state: State) => void)[] = [];

  constructor(
    readonly key: string,
    readonly birth: number,
    last: { offset: number; logMs: number },
    needFrom: number,
    private readonly begin: () => State,
  ) {
    this.lastOffset = last.offset;
    this.lastLogMs = last.logMs;
    this.needFrom = needFrom;
  }

  /** Made when it is first asked for: after a restart most lives have a while to wait for it. */
  get state(): State {
    if (this.made) return this.made.state;
    const state = this.begin();
    for (const apply of this.behind) apply(state);
    this.behind.length = 0;
    this.made = { state };
    return state;
  }

  /** Applied before anybody sees the state. */
  applyLater(apply: (state: State) => void): void {
    if (this.made) apply(this.made.state);
    else this.behind.push(apply);
  }
}

/** The oldest offset that any of these lives needs; `position` if there are none. */
export function lowWaterMark(lives: Iterable<{ needFrom: number }>, position: number): number {
  let mark = position;
  for (const life of lives) if (life.needFrom < mark) mark = life.needFrom;
  return mark;
}

/**
 * Spreads checkpoints over 0.4 to 0.8 of the bound, by key, so that conversations born together do not all write
 * theirs at once and the bound still holds while a checkpoint is on its way.
 */
export function checkpointAfter(key: string, maxRefold: number): number {
  let hash = 2166136261;
  for (let i = 0; i < key.length; i++) hash = Math.imul(hash ^ key.charCodeAt(i), 16777619);
  return Math.max(1, Math.floor(maxRefold * (0.4 + 0.4 * ((hash >>> 0) / 0xffffffff))));
}
