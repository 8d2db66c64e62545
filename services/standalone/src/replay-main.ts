import { finishReport } from '@earshot/cli';
import { createClient } from '@earshot/client';
import { run } from '@earshot/kit';
import { pemFiles } from '@earshot/kit/tls';
import type { ReplayOptions } from './replay/options.js';
import { collectResults } from './replay/results.js';
import { runningTarget } from './replay/running.js';
import { sendAll } from './replay/send.js';
import { summaryLines } from './replay/summary.js';
import { throwAwayTarget } from './replay/throw-away.js';

// Started by `./earshot replay`, which has read the flags.
await run(async ({ scope, stop, stopping }) => {
  const options = JSON.parse(process.argv[2] ?? '{}') as ReplayOptions;
  const { to } = options;
  const target =
    to === undefined
      ? await throwAwayTarget(options, scope, () => stop(1))
      : await runningTarget({ ...options, to }, stopping);
  const tls = tlsOf(options);
  const client = createClient({ address: target.grpcAddress, ...(tls && { tls }) });
  scope.defer('client', () => client.close());

  const startedMs = performance.now();
  const showProgress = process.stderr.isTTY === true;
  const sent = await sendAll(client, options, stopping, (line) => {
    if (showProgress) process.stderr.write(`\r\x1b[K${line}`);
  });
  if (showProgress) process.stderr.write('\r\x1b[K');
  await target.settled(sent.reduce((sum, { events, refused }) => sum + events - refused, 0));
  const seconds = Math.round(performance.now() - startedMs) / 1000;
  const tally = await collectResults(target, sent);
  const report = finishReport(tally, seconds);
  const lines = options.json ? [JSON.stringify(report)] : summaryLines(report, tally.timesMade, options.lang);
  for (const line of lines) console.log(line);
  stop(0);
});

function tlsOf({ to, caFile, certFile, keyFile }: ReplayOptions) {
  if (to === undefined || (!caFile && !certFile && !keyFile)) return undefined;
  const named = (path: string | undefined, setting: string) => (path === undefined ? undefined : { path, setting });
  const files = {
    ca: named(caFile, '--ca-file'),
    cert: named(certFile, '--cert-file'),
    key: named(keyFile, '--key-file'),
  };
  const { key, ...open } = pemFiles(files).current();
  return { ...open, ...(key && { key: key.reveal() }) };
}
