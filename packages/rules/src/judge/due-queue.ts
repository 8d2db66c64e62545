/** Rules by the next time that may decide them: a binary heap whose outdated entries are dropped when met. */
export class DueQueue {
  private readonly heap: { dueMs: number; rule: number }[] = [];
  private readonly current = new Map<number, number>();

  set(rule: number, dueMs: number | undefined): void {
    if (this.current.get(rule) === dueMs) return;
    if (dueMs === undefined) this.current.delete(rule);
    else {
      this.current.set(rule, dueMs);
      this.push({ dueMs, rule });
    }
  }

  next(): number | undefined {
    this.dropOutdated();
    return this.heap[0]?.dueMs;
  }

  /** Takes out the rules that are due. */
  takeDue(nowMs: number): number[] {
    const rules: number[] = [];
    for (this.dropOutdated(); this.heap[0] && this.heap[0].dueMs <= nowMs; this.dropOutdated()) {
      const { rule } = this.heap[0];
      rules.push(rule);
      this.current.delete(rule);
    }
    return rules;
  }

  private dropOutdated(): void {
    for (let top = this.heap[0]; top && this.current.get(top.rule) !== top.dueMs; top = this.heap[0]) this.pop();
  }

  private push(entry: { dueMs: number; rule: number }): void {
    const { heap } = this;
    let at = heap.push(entry) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if ((heap[parent] as typeof entry).dueMs <= entry.dueMs) break;
      heap[at] = heap[parent] as typeof entry;
      at = parent;
    }
    heap[at] = entry;
  }

  private pop(): void {
    const { heap } = this;
    const last = heap.pop();
    if (!last || heap.length === 0) return;
    let at = 0;
    for (;;) {
      let child = at * 2 + 1;
      const right = heap[child + 1];
      if (right && right.dueMs < (heap[child]?.dueMs ?? Infinity)) child++;
      const least = heap[child];
      if (!least || least.dueMs >= last.dueMs) break;
      heap[at] = least;
      at = child;
    }
    heap[at] = last;
  }
}
