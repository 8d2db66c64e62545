// Vitest reporter that keeps what the last line of `npm test` needs: counts, and each skip with its reason.
import { writeFileSync } from 'node:fs';

/** @typedef {{ passed: number, failed: string[], skipped: { name: string, reason: string | undefined }[] }} Tally */

/** A skip says why at the end of its title, `… [skipped: strace missing]`, or by `skip(note)`. */
const REASON = /\[skipped: ([^\]]+)\]/;

/**
 * @param {readonly import('vitest/node').TestModule[]} modules
 * @param {readonly { message?: string }[]} unhandled errors outside of any test
 * @returns {Tally}
 */
export function tally(modules, unhandled) {
  /** @type {Tally} */
  const counts = {
    passed: 0,
    failed: unhandled.map(({ message }) => `outside of any test: ${message ?? 'error'}`),
    skipped: [],
  };
  for (const module of modules) {
    const brokenFile = module.errors().length > 0;
    if (brokenFile) counts.failed.push(`${module.relativeModuleId} (the file could not be run)`);
    for (const suite of module.children.allSuites()) {
      if (suite.errors().length > 0)
        counts.failed.push(`${module.relativeModuleId} > ${suite.fullName} (its preparation failed)`);
    }
    for (const test of module.children.allTests()) {
      const name = `${module.relativeModuleId} > ${test.fullName}`;
      const result = test.result();
      if (result.state === 'passed') counts.passed += 1;
      else if (result.state === 'failed') counts.failed.push(name);
      else
        counts.skipped.push({
          name,
          reason: result.state === 'skipped' && result.note ? result.note : REASON.exec(test.fullName)?.[1],
        });
    }
  }
  return counts;
}

export default class TallyReporter {
  /**
   * @param {readonly import('vitest/node').TestModule[]} modules
   * @param {readonly { message?: string }[]} unhandled
   */
  onTestRunEnd(modules, unhandled) {
    const file = process.env['EARSHOT_TALLY_FILE'];
    if (file) writeFileSync(file, JSON.stringify(tally(modules, unhandled)));
  }
}
