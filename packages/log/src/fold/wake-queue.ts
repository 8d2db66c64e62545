/** Keys by the time they want to be looked at. One time a key; a later `set` replaces the earlier one. */
export class WakeQueue {
  private readonly times = new Map<string, number>();
  private readonly heap: { at: number; key: string }[] = [];

  set(key: string, at: number): void {
    if (this.times.get(key) === at) return;
    this.times.set(key, at);
    this.push({ at, key });
  }

  delete(key: string): void {
    this.times.delete(key);
  }

  /** Earliest time, if any. */
  peek(): number | undefined {
    this.dropStale();
    return this.heap[0]?.at;
  }

  /** Takes out every key whose time has come. */
  takeDue(now: number): string[] {
    const due: string[] = [];
    for (this.dropStale(); this.heap[0] && this.heap[0].at <= now; this.dropStale()) {
      const { key } = this.pop();
      this.times.delete(key);
      due.push(key);
    }
    return due;
  }

  private dropStale(): void {
    while (this.heap[0] && this.times.get(this.heap[0].key) !== this.heap[0].at) this.pop();
  }

  private push(entry: { at: number; key: string }): void {
    const heap = this.heap;
    heap.push(entry);
    for (let i = heap.length - 1; i > 0; ) {
      const parent = (i - 1) >> 1;
      if (heap[parent]!.at <= heap[i]!.at) return;
      [heap[parent], heap[i]] = [heap[i]!, heap[parent]!];
      i = parent;
    }
  }

  private pop(): { at: number; key: string } {
    const heap = this.heap;
    const top = heap[0]!;
    const last = heap.pop()!;
    if (heap.length === 0) return top;
    heap[0] = last;
    for (let i = 0; ; ) {
      let least = i;
      for (const child of [2 * i + 1, 2 * i + 2]) {
        if (child < heap.length && heap[child]!.at < heap[least]!.at) least = child;
      }
      if (least === i) return top;
      [heap[least], heap[i]] = [heap[i]!, heap[least]!];
      i = least;
    }
  }
}
