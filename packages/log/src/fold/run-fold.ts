import type { Log, Subscription } from '../port.js';
import { type FoldRunOptions, PartitionRunner } from './partition-runner.js';
import type { FoldDefinition } from './types.js';

/**
 * Runs a definition over every partition of `topic` that this member is given. Effects happen in one place
 * (`partition-runner.ts`) and in one order: append durably, then move the offset.
 */
export function runFold<State, Fact>(
  log: Log,
  topic: string,
  definition: FoldDefinition<State, Fact>,
  options: FoldRunOptions,
): Promise<Subscription> {
  return log.subscribe({
    group: definition.service,
    topic,
    onAssigned: async (assignment) => {
      const runner = new PartitionRunner(log, definition, assignment, options);
      await runner.begin();
      return runner;
    },
    onError: (error, partition) => options.onStopped(error, partition),
  });
}
