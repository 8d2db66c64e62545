import { EarshotError } from '@earshot/model';

export type Teardown = () => Promise<unknown> | unknown;

export interface TeardownFailure {
  name: string;
  reason: 'failed' | 'deadline';
  error?: unknown;
}

/**
 * Holds what has been acquired. Register each teardown on the line after acquiring; closing undoes in reverse order.
 * The same call rolls back a start that failed half-way.
 */
export interface Scope {
  /**
   * Throws `scope-closed` once closing has begun; the teardown then runs at once, so a resource acquired while
   * a signal was closing everything is let go too.
   */
  defer(name: string, teardown: Teardown): void;
  /** Defers `stop` of a started component and hands it back. */
  use<T extends { stop(): Promise<unknown> | unknown }>(name: string, component: T): T;
  /**
   * One deadline for all together. A teardown that fails or outlives it never keeps the others from being called.
   * Idempotent: later calls get the first call's promise. Never rejects.
   */
  close(deadlineMs?: number): Promise<TeardownFailure[]>;
  readonly closing: boolean;
}

export const STOP_DEADLINE_MS = 10_000;

export function createScope(): Scope {
  const stack: { name: string; teardown: Teardown }[] = [];
  let closed: Promise<TeardownFailure[]> | undefined;

  function defer(name: string, teardown: Teardown): void {
    if (!closed) {
      stack.push({ name, teardown });
      return;
    }
    void attempt(teardown, Promise.resolve());
    throw new EarshotError('scope-closed', `${name} was acquired while the program was stopping`);
  }

  async function closeAll(deadlineMs: number): Promise<TeardownFailure[]> {
    const failures: TeardownFailure[] = [];
    let timer: NodeJS.Timeout | undefined;
    const deadline = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, deadlineMs);
    });
    for (let entry = stack.pop(); entry; entry = stack.pop()) {
      const outcome = await attempt(entry.teardown, deadline);
      if (outcome !== 'done') failures.push({ name: entry.name, ...outcome });
    }
    clearTimeout(timer);
    return failures;
  }

  return {
    defer,
    use(name, component) {
      defer(name, () => component.stop());
      return component;
    },
    close(deadlineMs = STOP_DEADLINE_MS) {
      closed ??= closeAll(deadlineMs);
      return closed;
    },
    get closing() {
      return closed !== undefined;
    },
  };
}

/** Runs `build`; if it throws, everything it had acquired is let go before the error goes on. */
export async function startInScope<T>(build: (scope: Scope) => Promise<T>, scope = createScope()): Promise<T> {
  try {
    return await build(scope);
  } catch (error) {
    await scope.close();
    throw error;
  }
}

async function attempt(
  teardown: Teardown,
  deadline: Promise<void>,
): Promise<'done' | { reason: 'failed' | 'deadline'; error?: unknown }> {
  const work = (async () => {
    await teardown();
    return 'done' as const;
  })().catch((error: unknown) => ({ reason: 'failed' as const, error }));
  // One more turn of the loop: past the deadline a teardown that has nothing to wait for still counts as done.
  const late = deadline.then(() => new Promise(setImmediate)).then(() => ({ reason: 'deadline' as const }));
  return Promise.race([work, late]);
}
