// Runs inside the sandbox, by the Node of what was delivered: starts the product, says something risky at its HTTP door,
// and tells as JSON what came of it. node talk.mjs COMMAND DATA-DIR [--analysis] [-- WORDS THAT START IT]
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

const DEADLINE_MS = 40_000;
const [command = '', dataDir = '', ...others] = process.argv.slice(2);
const [program = '', ...words] = others.includes('--') ? others.slice(others.indexOf('--') + 1) : [command, 'start'];
const withAnalysis = others.includes('--analysis');
const analysis = withAnalysis ? [] : ['--no-analysis'];

const child = spawn(program, [...words, '--lang', 'en', '--no-demo', ...analysis, '--data-dir', dataDir], {
  stdio: ['ignore', 'pipe', 'inherit'],
});
let said = '';
child.stdout.setEncoding('utf8').on('data', (text) => {
  said += text;
});
const ended = new Promise((resolve) => child.once('exit', resolve));

const { httpUrl } = await until('instance.json', () => {
  const file = join(dataDir, 'instance.json');
  return existsSync(file) && said.includes('Earshot is up') ? JSON.parse(readFileSync(file, 'utf8')) : undefined;
});
const now = Date.now();
const utterance = { kind: 'utterance', participantId: 'c1', role: 'customer', leg: 'c1', segment: 0 };
const answer = await fetch(`${httpUrl}/v1/conversations/offline-1/events`, {
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ ...utterance, text: '我要打12378投诉', startMs: now, endMs: now }),
});
const alerts = await until('the alert', () => {
  const tail = spawnSync(command, ['topics', 'tail', 'alerts', '--data-dir', dataDir], { encoding: 'utf8' });
  return tail.stdout.includes('offline-1') ? tail.stdout.trim().split('\n').length : undefined;
});
const rows = withAnalysis
  ? await until('the row', () => {
      const sql = ['sql', 'select count() as n from earshot.utterances', '--json', '--data-dir', dataDir];
      const asked = spawnSync(command, sql, { encoding: 'utf8' });
      return /"n":\s*"?1"?/.test(asked.stdout) ? asked.stdout.trim() : undefined;
    })
  : undefined;
const report = {
  node: process.version,
  uid: process.getuid?.(),
  acknowledged: answer.status,
  alerts,
  rows,
  canWriteBesideItself: canWrite(new URL('mark', `file://${command}`).pathname),
  interfaces: Object.keys(networkInterfaces()),
};
child.kill('SIGINT');
console.log(JSON.stringify({ ...report, ended: await ended }));

/** @template T @param {string} what @param {() => T | undefined} look @returns {Promise<T>} */
async function until(what, look) {
  const endMs = Date.now() + DEADLINE_MS;
  for (;;) {
    const found = look();
    if (found !== undefined) return found;
    if (Date.now() > endMs || child.exitCode !== null) throw new Error(`${what} did not come:\n${said}`);
    await pause(50);
  }
}

/** @param {string} path */
function canWrite(path) {
  try {
    writeFileSync(path, '');
    return true;
  } catch {
    return false;
  }
}
