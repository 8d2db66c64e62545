/** `reason` and `note` (all is well, but know this) are a short code or sentence for an operator; never data. */
export type CheckResult = { ok: true; note?: string } | { ok: false; reason: string };

export interface HealthReport {
  ok: boolean;
  checks: { name: string; ok: boolean; reason?: string; note?: string }[];
}

export interface Health {
  /** A check that readiness asks; returns its removal, to be deferred on the next line. */
  readiness(name: string, check: () => CheckResult | Promise<CheckResult>): () => void;
  /** A check whose failure means that only a restart helps. */
  liveness(name: string, check: () => CheckResult | Promise<CheckResult>): () => void;
  /** From now on not ready: traffic goes elsewhere while we stop. */
  drain(): void;
  ready(): Promise<HealthReport>;
  live(): Promise<HealthReport>;
}

type Checks = Map<string, () => CheckResult | Promise<CheckResult>>;

/** A check that has not answered within `timeoutMs` has failed. */
export function createHealth(options: { timeoutMs?: number } = {}): Health {
  const timeoutMs = options.timeoutMs ?? 1_000;
  const readiness: Checks = new Map();
  const liveness: Checks = new Map();
  let draining = false;

  const add = (checks: Checks) => (name: string, check: () => CheckResult | Promise<CheckResult>) => {
    checks.set(name, check);
    return () => void checks.delete(name);
  };

  return {
    readiness: add(readiness),
    liveness: add(liveness),
    drain() {
      draining = true;
    },
    async ready() {
      const report = await ask(new Map([...liveness, ...readiness]), timeoutMs);
      if (!draining) return report;
      return { ok: false, checks: [...report.checks, { name: 'draining', ok: false, reason: 'stopping' }] };
    },
    live: () => ask(liveness, timeoutMs),
  };
}

async function ask(checks: Checks, timeoutMs: number): Promise<HealthReport> {
  const answers = await Promise.all(
    [...checks].map(async ([name, check]) => ({ name, ...(await withTimeout(check, timeoutMs)) })),
  );
  return { ok: answers.every((answer) => answer.ok), checks: answers };
}

async function withTimeout(check: () => CheckResult | Promise<CheckResult>, timeoutMs: number): Promise<CheckResult> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<CheckResult>((resolve) => {
    timer = setTimeout(() => resolve({ ok: false, reason: 'no answer' }), timeoutMs);
  });
  const asked = (async () => check())().catch((): CheckResult => ({ ok: false, reason: 'check failed' }));
  const answer = await Promise.race([asked, late]);
  clearTimeout(timer);
  return answer;
}
