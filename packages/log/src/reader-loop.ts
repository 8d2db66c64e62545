/** Wakes one loop; wakes that come while it works are kept as one. */
export class Waker {
  private pending = false;
  private release: (() => void) | undefined;

  wake = (): void => {
    this.pending = true;
    this.release?.();
  };

  /** Resolves at the next wake, or at once if there was one since the last wait. */
  async wait(): Promise<void> {
    if (!this.pending) {
      await new Promise<void>((resolve) => {
        this.release = resolve;
      });
    }
    this.pending = false;
    this.release = undefined;
  }
}

/** Lets input and flushes through while a long stretch of records is handled without a pause of its own. */
export class Breather {
  private lastMs = performance.now();

  async breathe(): Promise<void> {
    if (performance.now() - this.lastMs < 5) return;
    await new Promise((resolve) => setImmediate(resolve));
    this.lastMs = performance.now();
  }
}

/** Who waits until a position is reached. */
export class Milestones {
  private waiting: { position: number; resolve(): void; reject(error: unknown): void }[] = [];
  private over: unknown;

  constructor(private readonly position: () => number) {}

  reach(position: number): Promise<void> {
    if (this.position() >= position) return Promise.resolve();
    if (this.over !== undefined) return Promise.reject(this.over);
    return new Promise((resolve, reject) => {
      this.waiting.push({ position, resolve, reject });
    });
  }

  moved(): void {
    if (this.waiting.length === 0) return;
    const here = this.position();
    for (const waiter of this.waiting) if (waiter.position <= here) waiter.resolve();
    this.waiting = this.waiting.filter((waiter) => waiter.position > here);
  }

  /** Nothing further will be reached. */
  end(error: unknown): void {
    this.over ??= error;
    for (const waiter of this.waiting) waiter.reject(error);
    this.waiting = [];
  }
}
