export interface Figures {
  atSeconds: number;
  rssMb: number;
  heapMb: number;
  /** Seconds of processor since it began; on a machine that is shared they say more than any latency. */
  cpuSeconds: number;
  /** Of the product's event loop since it was last asked. */
  loopP99Ms: number;
  loopMaxMs: number;
}

const MB = 1024 * 1024;

/** What the product says of itself at `/metrics`. */
export async function readFigures(consoleUrl: string, atSeconds: number): Promise<Figures> {
  const answer = await fetch(`${consoleUrl}/metrics`);
  const text = await answer.text();
  const value = (name: string) =>
    Number(new RegExp(`^${name}(?:\\{[^}]*\\})? (\\S+)$`, 'm').exec(text)?.[1] ?? Number.NaN);
  return {
    atSeconds: Math.round(atSeconds),
    rssMb: Math.round(value('process_resident_memory_bytes') / MB),
    heapMb: Math.round(value('nodejs_heap_size_used_bytes') / MB),
    cpuSeconds: Math.round(value('process_cpu_seconds_total') * 10) / 10,
    loopP99Ms: Math.round(value('nodejs_eventloop_lag_p99_seconds') * 1000),
    loopMaxMs: Math.round(value('nodejs_eventloop_lag_max_seconds') * 1000),
  };
}
