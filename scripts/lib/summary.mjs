// The end of `npm test`: every failure and every skip by name, then the one line that says it all.

/**
 * @param {readonly { name: string, ok: boolean }[]} checks
 * @param {import('./vitest-tally.mjs').Tally | undefined} tests absent if the test run itself broke down
 * @returns {{ lines: string[], ok: boolean }}
 */
export function summarise(checks, tests) {
  const failed = [
    ...checks.filter(({ ok }) => !ok).map(({ name }) => `check: ${name}`),
    ...(tests ? tests.failed : ['the test run broke down before it could report']),
  ];
  const skipped = tests?.skipped ?? [];
  const unexplained = skipped.filter(({ reason }) => !reason).map(({ name }) => `${name} (skipped without a reason)`);
  const explained = skipped.filter(({ reason }) => reason);
  const allFailed = [...failed, ...unexplained];
  const passed = checks.filter(({ ok }) => ok).length + (tests?.passed ?? 0);
  const nothingRan = (tests?.passed ?? 0) === 0;
  return {
    lines: [
      ...allFailed.map((name) => `failed: ${name}`),
      ...explained.map(({ name, reason }) => `skipped: ${name.replace(/\s*\[skipped: [^\]]+\]/, '')} (${reason})`),
      ...(nothingRan ? ['no test ran'] : []),
      `${passed} passed, ${allFailed.length} failed, ${explained.length} skipped`,
    ],
    ok: allFailed.length === 0 && !nothingRan,
  };
}
