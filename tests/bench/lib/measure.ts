/** One way to do the work. `pass` does all of it once and says how many units that were. */
export interface Side {
  name: string;
  pass(): number | Promise<number>;
}

export interface Measured {
  name: string;
  /** Nanoseconds of processor a unit, all threads: the median of the rounds, the quickest and the slowest. */
  medianNs: number;
  lowNs: number;
  highNs: number;
}

const WARM_UP = 2;

/**
 * All sides in one run, one after the other in every round and in the other order in every second, so that what
 * disturbs the machine disturbs all of them. Processor time, not the clock's: others on the machine take the clock's.
 * The first rounds are not counted.
 */
export async function measure(sides: readonly Side[], rounds: number): Promise<Measured[]> {
  const times = new Map<Side, number[]>(sides.map((side) => [side, []]));
  for (let round = -WARM_UP; round < rounds; round++) {
    for (const side of round % 2 === 0 ? sides : [...sides].reverse()) {
      const before = process.cpuUsage();
      const units = await side.pass();
      const { user, system } = process.cpuUsage(before);
      const perUnit = ((user + system) * 1_000) / units;
      if (round >= 0) times.get(side)?.push(perUnit);
    }
  }
  return sides.map((side) => {
    const sorted = (times.get(side) ?? []).sort((a, b) => a - b);
    return {
      name: side.name,
      medianNs: median(sorted),
      lowNs: sorted[0] ?? Number.NaN,
      highNs: sorted.at(-1) ?? Number.NaN,
    };
  });
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

/** How many times dearer the other one is. */
export function ratio(ours: Measured, theirs: Measured): number {
  return theirs.medianNs / ours.medianNs;
}

export function spread({ medianNs, lowNs, highNs }: Measured): string {
  return `${round(medianNs)} (${round(lowNs)}-${round(highNs)})`;
}

/** Three digits that mean something. */
export function round(value: number): number {
  return Math.abs(value) >= 100 ? Math.round(value) : Number(value.toPrecision(3));
}
