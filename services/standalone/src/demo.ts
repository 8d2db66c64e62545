import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { createClient } from '@earshot/client';
import type { Log } from '@earshot/log';
import type { Alert } from '@earshot/model';
import { parseScenario, play, scenarioEvents } from '@earshot/testkit';
import { decodeAlertRecord, TOPICS } from '@earshot/wire';
import type { Lang } from './texts.js';

/** Works from src and from dist: both are three folders below the root. */
const SCENARIOS = new URL('../../../tests/scenarios/', import.meta.url);

/** Plays the demo call through the public gRPC door, as any contact centre would. */
export async function playDemo(
  lang: Lang,
  address: string,
  stopping: AbortSignal,
  onBegin: (name: string) => void,
): Promise<void> {
  const scenario = parseScenario(readFileSync(fileURLToPath(new URL(`demo.${lang}.yaml`, SCENARIOS)), 'utf8'));
  const startMs = Date.now();
  const events = scenarioEvents(scenario, startMs, `${scenario.conversation.id}-${startMs.toString(36)}`);
  const client = createClient({ address, source: 'voice' });
  try {
    const stream = client.stream();
    onBegin(scenario.name);
    await play(events, {
      send: (event) => stream.send(event),
      pause: (ms) => pause(ms, stopping),
      now: Date.now,
      stopped: () => stopping.aborted,
    });
    await stream.close();
  } finally {
    await client.close();
  }
}

/** Tells each alert once, when it is raised, from now on. */
export async function watchAlerts(log: Log, onAlert: (alert: Alert) => void): Promise<{ stop(): Promise<void> }> {
  const told = new Set<string>();
  return log.tail({
    topic: TOPICS.alerts,
    from: { timestampMs: log.clock() },
    onError: () => undefined,
    handle: async (records) => {
      for (const { value } of records) {
        const said = decodeAlertRecord(value);
        if (said.kind !== 'alert' || said.alert.state !== 'raised' || told.has(said.alert.id)) continue;
        told.add(said.alert.id);
        onAlert(said.alert);
      }
    },
  });
}

function pause(ms: number, stopping: AbortSignal): Promise<void> {
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
