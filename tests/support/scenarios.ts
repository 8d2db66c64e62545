import { readdirSync, readFileSync } from 'node:fs';
import { createClient } from '@earshot/client';
import { type Expectation, parseScenario, play, type Scenario, scenarioEvents } from '@earshot/testkit';
import type { Sighting } from './sightings.js';

const FOLDER = new URL('../scenarios/', import.meta.url);
/** A busy machine may be this late; nothing may be this early. */
export const LATE_SECONDS = 1;
export const EARLY_SECONDS = 0.1;

export function readScenarios(): { file: string; scenario: Scenario }[] {
  const files = readdirSync(FOLDER).filter((name) => name.endsWith('.yaml'));
  return files.sort().map((file) => ({ file, scenario: parseScenario(readFileSync(new URL(file, FOLDER), 'utf8')) }));
}

/** Through the public gRPC door, in real time. */
export async function playScenario(
  scenario: Scenario,
  address: string,
): Promise<{ conversationId: string; startMs: number }> {
  const client = createClient({ address, source: scenario.conversation.channel === 'voice' ? 'voice' : 'text' });
  const startMs = Date.now();
  const stream = client.stream();
  await play(scenarioEvents(scenario, startMs), {
    send: (event) => stream.send(event),
    pause: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    now: Date.now,
  });
  await client.close();
  return { conversationId: scenario.conversation.id, startMs };
}

export interface Shown extends Sighting {
  rule: string;
}

/** What a page showed against what it had to show; nothing else may have been shown. One sentence a fault. */
export function compare(
  expectations: readonly Expectation[],
  where: 'desk' | 'wall',
  shown: readonly Shown[],
  startMs: number,
): string[] {
  const mine = expectations.filter((one) => one.where === where);
  const seconds = (ms: number | undefined) => (ms === undefined ? undefined : (ms - startMs) / 1000);
  const faults = mine.flatMap((expected) => {
    const found = shown.filter(({ rule }) => rule === expected.rule);
    if (expected.kind === 'never')
      return found.length === 0 ? [] : [`${where} shows ${expected.rule}, which must never be`];
    const times = found.map((one) => seconds(expected.kind === 'shows' ? one.fromMs : one.toMs));
    const fits = times.some(
      (at) => at !== undefined && at >= expected.from - EARLY_SECONDS && at <= expected.to + LATE_SECONDS,
    );
    if (fits && found.length === 1) return [];
    return [
      `${where} ${expected.kind} ${expected.rule} at ${times.join(', ') || 'no time'}, not between ${expected.from} and ${expected.to}`,
    ];
  });
  const expected = new Set(mine.flatMap((one) => (one.kind === 'shows' ? [one.rule] : [])));
  const others = shown.filter(({ rule }) => !expected.has(rule));
  return [...faults, ...others.map(({ rule, fromMs }) => `${where} shows ${rule} at ${seconds(fromMs)}, unasked`)];
}
