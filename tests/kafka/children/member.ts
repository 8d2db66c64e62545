import type { Assignment } from '@earshot/log';
import { type KafkaLogOptions, openKafkaLog } from '@earshot/log/kafka';

/** A member of a group in a process of its own; says on its output what happens to it, one JSON a line. */
const { group, topic, ...options }: KafkaLogOptions & { group: string; topic: string; times: { sessionMs: number } } =
  JSON.parse(process.argv[2] ?? '{}');

function say(what: Record<string, unknown>): void {
  process.stdout.write(`${JSON.stringify(what)}\n`);
}

const held = new Map<number, Assignment>();
const log = await openKafkaLog(options);
await log.subscribe({
  group,
  topic,
  onAssigned: async (assignment) => {
    const { partition } = assignment;
    held.set(partition, assignment);
    say({ assigned: partition, committed: assignment.committed });
    return {
      from: assignment.committed?.offset ?? assignment.first,
      handle: async (records) => {
        await assignment.commit((records.at(-1)?.offset ?? 0) + 1, 'by the child');
      },
      close: async () => {
        if (held.get(partition) === assignment) held.delete(partition);
        say({ closed: partition });
      },
    };
  },
  onError: (error, partition) => say({ error: String(error), partition }),
});
say({ ready: true });

let lastMs = performance.now();
setInterval(() => {
  const pausedMs = performance.now() - lastMs;
  lastMs = performance.now();
  if (pausedMs > options.times.sessionMs / 2) void afterPause();
}, 50);

/** Whoever was stopped for long may believe for a moment that nothing has happened. */
async function afterPause(): Promise<void> {
  for (const [partition, assignment] of [...held]) {
    const sinceConfirmedMs = assignment.sinceConfirmedMs();
    const commit = assignment.commit(0, 'by a zombie').then(
      () => 'taken',
      (error: { code?: string }) => error.code ?? String(error),
    );
    const member = assignment.confirmMembership();
    say({ woke: partition, sinceConfirmedMs, commit: await commit, member: await member });
  }
}
