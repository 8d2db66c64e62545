import { once } from 'node:events';
import { mkdirSync, realpathSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { openClickhouseFront } from './front.js';

// A process of its own: the embedded engine behind HTTP, for a cluster on a machine without a ClickHouse server.
// Its first line on stdout is its address; it ends on SIGTERM or SIGINT, or when whoever started it closes its stdin.
const { values } = parseArgs({
  options: {
    dir: { type: 'string' },
    port: { type: 'string', default: '0' },
    'engine-dir': { type: 'string' },
    'until-stdin-ends': { type: 'boolean' },
  },
});
const { EARSHOT_CLICKHOUSE_USER: user = '', EARSHOT_CLICKHOUSE_PASSWORD: password = '' } = process.env;

if (!values.dir || user === '' || password === '') {
  process.stderr.write('give --dir, EARSHOT_CLICKHOUSE_USER and EARSHOT_CLICKHOUSE_PASSWORD\n');
  process.exit(2);
}
// Before the address is said: whoever reads it may end us at once.
const reasons = [once(process, 'SIGTERM'), once(process, 'SIGINT')];
if (values['until-stdin-ends']) reasons.push(once(process.stdin.resume(), 'end'));
mkdirSync(values.dir, { recursive: true, mode: 0o700 });
const front = await openClickhouseFront({
  ...{ dir: realpathSync(values.dir), user, password, port: Number(values.port) },
  ...(values['engine-dir'] === undefined ? {} : { engineDir: values['engine-dir'] }),
});

process.stdout.write(`${front.url}\n`);

await Promise.race(reasons);
await front.close();
process.exit(0);
