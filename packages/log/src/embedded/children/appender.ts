import { writeSync } from 'node:fs';
import { openEmbeddedLog } from '../index.js';

/*
 * A process to be watched or killed: appends numbered records from `start` on, `width` at a time, and says each one
 * that was acknowledged. Says `error <code>` where an append is refused, and goes on with the next number.
 */
const [dir = '', run = '', width = '1', count = '0', bytes = '0'] = process.argv.slice(2);
const padding = '·'.repeat(Number(bytes) / 2);

function say(line: string): void {
  writeSync(1, `${line}\n`);
}

try {
  const log = await openEmbeddedLog({ dir, topics: { calls: { partitions: 4 } } });
  say('ready');
  let sent = 0;
  const appendNext = async (): Promise<void> => {
    while (sent < Number(count)) {
      const number = sent;
      sent += 1;
      if (width === '1') say(`send ${number}`);
      const value = new TextEncoder().encode(`${run}:${number}:${padding}`);
      try {
        const [offset] = await log.append([{ topic: 'calls', key: 'k', partition: number % 4, value }]);
        say(`ack ${number} ${offset}`);
      } catch (error) {
        say(`error ${number} ${(error as { code?: string }).code ?? String(error)}`);
      }
    }
  };
  await Promise.all(Array.from({ length: Number(width) }, appendNext));
  await log.close();
  say('closed');
} catch (error) {
  say(`refused ${(error as { code?: string }).code ?? String(error)}`);
  process.exitCode = 1;
}
