import { statSync } from 'node:fs';
import { progressLine, type ReplayConversation, readConversations, toEvents } from '@earshot/cli';
import type { EarshotClient } from '@earshot/client';
import type { ReplayOptions } from './options.js';

/** What was sent of one conversation. */
export interface Sent {
  id: string;
  utterances: number;
  events: number;
  timesMade: boolean;
  /** Events that the door refused. */
  refused: number;
}

/** Conversations that run beside each other when the replay keeps their pace. */
const LANES = 100;
const PROGRESS_EVERY_MS = 500;

/** Plays the file through the public gRPC door; every conversation starts when it is sent, whenever it took place. */
export async function sendAll(
  client: EarshotClient,
  options: ReplayOptions,
  stopping: AbortSignal,
  onProgress: (line: string) => void,
): Promise<Sent[]> {
  const stream = client.stream();
  const sent: Sent[] = [];
  const bytes = options.file === '-' ? undefined : statSync(options.file).size;
  const startedMs = performance.now();
  let shownMs = startedMs;
  let utterances = 0;
  const lanes = new Set<Promise<void>>();

  for await (const { conversation, bytesRead } of readConversations(options.file)) {
    if (stopping.aborted) break;
    const lane = sendOne(conversation, options.speed, stopping, stream).then((one) => {
      sent.push(one);
      utterances += one.utterances;
    });
    lanes.add(lane);
    void lane.finally(() => lanes.delete(lane)).catch(() => undefined);
    if (options.speed === 'max') await stream.room();
    if (lanes.size >= LANES) await Promise.race(lanes);
    const nowMs = performance.now();
    if (nowMs - shownMs < PROGRESS_EVERY_MS) continue;
    shownMs = nowMs;
    const share = bytes === undefined ? undefined : bytesRead / bytes;
    onProgress(
      progressLine({ conversations: sent.length, utterances, share, elapsedMs: nowMs - startedMs }, options.lang),
    );
  }
  await Promise.all(lanes);
  await stream.close();
  return sent;
}

async function sendOne(
  conversation: ReplayConversation,
  speed: ReplayOptions['speed'],
  stopping: AbortSignal,
  stream: ReturnType<EarshotClient['stream']>,
): Promise<Sent> {
  const baseMs = Date.now();
  const answers: Promise<boolean>[] = [];
  for (const event of toEvents(conversation, baseMs)) {
    if (speed !== 'max') await pause((event.atMs - baseMs) / speed - (Date.now() - baseMs), stopping);
    await stream.room();
    if (stopping.aborted) break;
    answers.push(stream.send(event).then((result) => result.ok));
  }
  const acknowledged = await Promise.all(answers);
  const { id, turns, timesMade } = conversation;
  return {
    id,
    utterances: turns.length,
    events: answers.length,
    timesMade,
    refused: acknowledged.filter((one) => !one).length,
  };
}

function pause(ms: number, stopping: AbortSignal): Promise<void> {
  if (ms <= 0 || stopping.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const timer = setTimeout(done, ms);
    stopping.addEventListener('abort', done, { once: true });
    function done() {
      clearTimeout(timer);
      stopping.removeEventListener('abort', done);
      resolve();
    }
  });
}
