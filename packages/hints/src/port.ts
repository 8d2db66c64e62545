/**
 * Hints: what the processes of a cluster like to know of each other, and can do without.
 *
 * - Every question is answered at once from what is known here; nobody ever waits for another machine.
 * - What this process said itself is exact at once. What others said is as old as is said.
 * - The place that hints are shared through may be slow, frozen, emptied, full or gone: then each process goes on with
 *   what it knows by itself, refuses nobody because of it, and shares again once the place is back.
 * - Memory here and there is bounded. What is shared has an end in time, wherever it is kept.
 *
 * `contract.ts` is the suite that every adapter passes.
 */
export interface Hints {
  presence: Presence;
  rates: Rates;
  /** Whether others are heard, for whoever operates this. Never a reason not to be ready. */
  condition(): HintsCondition;
  /** Says that nobody is here any more, as far as the place answers in time. Idempotent; never throws. */
  stop(): Promise<void>;
}

export interface HintsCondition {
  /** Whether the place that hints are shared through answered when it was asked last. */
  shared: boolean;
  /** Since it answered, ms; absent: it never did. */
  ageMs?: number;
}

export const PAGE_KINDS = ['desk', 'wall'] as const;
export type PageKind = (typeof PAGE_KINDS)[number];

/** Which people have a page open, in whichever process. */
export interface Presence {
  /** This person has opened a page here. Returns the way to say that it was closed; idempotent. */
  enter(tenant: string, staffNumber: string, page: PageKind): () => void;
  here(tenant: string): Here;
}

export interface Here {
  /** Whoever has at least one page open, with the kinds of it. */
  people: ReadonlyMap<string, ReadonlySet<PageKind>>;
  /** Whether other processes are heard: if not, who is missing here may be there. */
  complete: boolean;
}

/** How often something was done, in all processes together. */
export interface Rates {
  /**
   * Counts `times` if that stays within the limit, and says so. Processes tell each other several times a second, so
   * together they may let through a little more than the limit, and each by itself never more.
   */
  take(counted: Counted, limit: RateLimit, times?: number): RateAnswer;
}

export interface Counted {
  tenant: string;
  /** What is limited: `sign-in`. */
  what: string;
  /** Whose attempts are counted together; opaque, and never an address or a name in clear. */
  who: string;
}

export interface RateLimit {
  max: number;
  /** Windows begin at whole multiples of it. */
  windowMs: number;
}

export type RateAnswer = { ok: true } | { ok: false; retryAfterMs: number };
