/** One line a check; what a failed one said stands below it. @param {import('../checks/run-all.mjs').CheckResult} result */
export function reportCheck({ name, ok, output, seconds }) {
  console.log(
    `${ok ? '✓' : '✗'} check: ${name} (${seconds} s)${ok && output && !output.includes('\n') ? ` ${output}` : ''}`,
  );
  if (!ok) console.log(output.replace(/^/gm, '    '));
}
