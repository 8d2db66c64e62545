const FIRST_MS = 400;
const CAP_MS = 15_000;

/** Wait before try `attempt` (1, 2, …): doubling, capped, and spread so that a thousand desks do not return at once. */
export function backoffMs(attempt: number, random: number): number {
  const ceiling = Math.min(CAP_MS, FIRST_MS * 2 ** Math.max(0, attempt - 1));
  return Math.round(ceiling * (0.5 + random / 2));
}
