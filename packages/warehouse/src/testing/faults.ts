/**
 * What can go wrong on the way, request by request:
 * - `hang`: taken and never answered,
 * - `status`: something before the server answers in its place,
 * - `cut-request`: the way breaks before anything was done,
 * - `lose-answer`: everything is done, and nobody hears of it,
 * - `late-failure`: a 200 whose body ends in the engine's complaint; nothing was done.
 */
export interface Fault {
  kind: 'hang' | 'status' | 'cut-request' | 'lose-answer' | 'late-failure';
  /** Which requests it meets; default: all. */
  of?: 'insert' | 'query';
  /** Then it is over; default: until `heal`. */
  times?: number;
}

export function createFaults() {
  let open: Fault[] = [];
  const met: Record<Fault['kind'], number> = {
    hang: 0,
    status: 0,
    'cut-request': 0,
    'lose-answer': 0,
    'late-failure': 0,
  };
  return {
    met,
    inject(fault: Fault): void {
      open.push({ ...fault });
    },
    heal(): void {
      open = [];
    },
    /** The first fault that meets such a request. */
    of(kind: 'insert' | 'query'): Fault['kind'] | undefined {
      const fault = open.find((one) => one.of === undefined || one.of === kind);
      if (!fault) return undefined;
      met[fault.kind] += 1;
      if (fault.times !== undefined) {
        fault.times -= 1;
        if (fault.times <= 0) open = open.filter((one) => one !== fault);
      }
      return fault.kind;
    },
  };
}
