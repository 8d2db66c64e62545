/** One life of a conversation: (key, birth offset). */
export interface Life<State> {
  key: string;
  birth: number;
  /** Last record of the conversation that this life has seen, and its log time. */
  lastOffset: number;
  lastLogMs: number;
  /** Oldest offset that rebuilding this state needs: its birth, or the record behind its last counted checkpoint. */
  needFrom: number;
  state: State;
  /** Appended by this owner and not read back yet. */
  pending: { reachedMs?: number; closeOf?: number; checkpointAsOf?: number };
}

/** The oldest offset that any of these lives needs; `position` if there are none. */
export function lowWaterMark<State>(lives: Iterable<Life<State>>, position: number): number {
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
