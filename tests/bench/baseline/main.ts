import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { openEmbeddedLog } from '@earshot/log/embedded';
import { type WebSocket, WebSocketServer } from 'ws';
import type { PlainRule, Said } from '../lib/plain.js';
import { ConversationJudge, compileRules } from './judge.js';

// node main.mjs DATA_DIR RULES_JSON: `/in` takes arrays of [number, desk, utterance], `/desk/<name>` gets its alerts.
const [dir = '', rulesFile = ''] = process.argv.slice(2);
const rules = compileRules(JSON.parse(readFileSync(rulesFile, 'utf8')) as PlainRule[]);
const log = await openEmbeddedLog({ dir, topics: { utterances: { partitions: 4 }, alerts: { partitions: 4 } } });
const desks = new Map<string, Set<WebSocket>>();
const conversations = new Map<string, ConversationJudge>();

await log.subscribe({
  group: 'judge',
  topic: 'utterances',
  onError: (error) => {
    throw error;
  },
  onAssigned: async ({ committed, commit }) => ({
    from: committed?.offset ?? 0,
    close: async () => undefined,
    async handle(records) {
      const alerts = records.flatMap(({ value }) => {
        const [, desk, said] = JSON.parse(Buffer.from(value).toString()) as [number, string, Said];
        const judge = conversations.get(said.conversation) ?? new ConversationJudge();
        conversations.set(said.conversation, judge);
        return judge.hear(rules, said).map((hit) => ({ desk, conversation: said.conversation, ...hit }));
      });
      const entries = alerts.map((alert) => ({
        topic: 'alerts',
        key: alert.conversation,
        value: Buffer.from(JSON.stringify(alert)),
      }));
      if (entries.length > 0) await log.append(entries);
      for (const alert of alerts) for (const socket of desks.get(alert.desk) ?? []) socket.send(JSON.stringify(alert));
      await commit((records.at(-1)?.offset ?? 0) + 1, '');
    },
  }),
});

const door = new WebSocketServer({ host: '127.0.0.1', port: 0 });
door.on('connection', (socket, { url = '' }) => {
  const [, place, desk = ''] = url.split('/');
  if (place === 'desk') {
    const sockets = desks.get(desk) ?? new Set();
    desks.set(desk, sockets.add(socket));
    socket.on('close', () => sockets.delete(socket));
    return;
  }
  socket.on('message', (data) => {
    const batch = JSON.parse(String(data)) as [number, string, Said][];
    const entries = batch.map((one) => ({
      topic: 'utterances',
      key: one[2].conversation,
      value: Buffer.from(JSON.stringify(one)),
    }));
    void log.append(entries).then(() => socket.send(JSON.stringify(batch.map(([number]) => number))));
  });
});
door.on('listening', () => process.send?.({ type: 'ready', port: (door.address() as AddressInfo).port }));
process.on('SIGTERM', () => void log.close().then(() => process.exit(0)));
