import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createClient, type NewEvent } from '@earshot/client';
import { openPage } from '../../load/page.js';
import { type Floor, sessionCookie } from '../../load/people.js';
import { freePorts, startProduct } from '../../load/product.js';
import { alertKey, type LoadPlan, type PlannedWords } from './load-plan.js';
import type { Running } from './load-step.js';
import type { PlainRule } from './plain.js';
import { inRuleLanguage } from './write-rules.js';

const MOST_EVENTS = 500;

/** Files that the product is told its rules and people by. */
export function writeWanted(dir: string, rules: readonly PlainRule[], floor: Floor) {
  const [rulesDir, peopleFile] = [join(dir, 'rules'), join(dir, 'people.yaml')];
  mkdirSync(rulesDir, { recursive: true });
  for (const [file, text] of Object.entries(inRuleLanguage(rules))) writeFileSync(join(rulesDir, file), text);
  writeFileSync(peopleFile, floor.yaml);
  return { rulesDir, peopleFile };
}

/** The built product with these rules, its desks open. */
export async function runProduct(
  dir: string,
  rules: readonly PlainRule[],
  floor: Floor,
  nodeFlags: string[],
): Promise<Running> {
  const dataDir = join(dir, 'data');
  const product = startProduct({ dataDir, ...writeWanted(dir, rules, floor), port: await freePorts(), nodeFlags });
  const { pid, ...doors } = await product.ready;
  return openDoors({ pids: [pid], dataDir, ...doors, floor, stop: () => product.stop() });
}

export interface Doors {
  pids: readonly number[];
  dataDir: string;
  consoleUrl: string;
  grpcAddress: string;
  floor: Floor;
  stop(): Promise<unknown>;
}

/** A product that runs, with its desks open and somebody at its door. */
export async function openDoors({ pids, dataDir, consoleUrl, grpcAddress, floor, stop }: Doors): Promise<Running> {
  const client = createClient({ address: grpcAddress, source: 'voice' });
  const running: Running = {
    pids,
    onAlert: () => undefined,
    announce: (plan, epochMs) => append(beginnings(plan, epochMs)),
    send: (words, epochMs) => append(words.map((one) => spoken(one, epochMs))),
    async stop() {
      for (const page of pages) page.close();
      await Promise.race([client.close(), new Promise((resolve) => setTimeout(resolve, 1_000))]);
      await stop();
    },
  };
  const pages = await Promise.all(
    floor.agents.map((staffNumber) =>
      openPage({
        url: consoleUrl,
        cookie: sessionCookie(dataDir, staffNumber),
        view: 'desk',
        onAlert: ({ conversationId, finding }, atMs) =>
          running.onAlert(alertKey(conversationId, finding.ruleId, finding.anchor), atMs),
      }),
    ),
  );
  await Promise.all(pages.map((page) => page.caughtUp));

  async function append(events: readonly NewEvent[]): Promise<void> {
    const batches = Array.from({ length: Math.ceil(events.length / MOST_EVENTS) }, (_, i) =>
      events.slice(i * MOST_EVENTS, (i + 1) * MOST_EVENTS),
    );
    await Promise.all(batches.map(appendWhole));
  }

  /** What is refused for now is sent again, as a contact centre would. */
  async function appendWhole(events: readonly NewEvent[]): Promise<void> {
    const results = await client.append(events);
    const again = events.filter((_, i) => {
      const result = results[i];
      if (result && !result.ok && !result.retry) throw new Error(`the product refused an event: ${result.code}`);
      return !result?.ok;
    });
    if (again.length > 0) await appendWhole(again);
  }

  return running;
}

function beginnings({ desks }: LoadPlan, epochMs: number): NewEvent[] {
  const joined = (role: 'agent' | 'customer', staffNumber?: string) =>
    ({ kind: 'participant-joined', participantId: `p-${role}`, role, leg: role, staffNumber }) as const;
  return [...desks].flatMap(([conversationId, desk]) =>
    [
      { kind: 'started', channel: 'voice', direction: 'inbound', externalIds: {} } as const,
      joined('customer'),
      joined('agent', desk),
    ].map((body) => ({ conversationId, atMs: epochMs, body })),
  );
}

function spoken({ said }: PlannedWords, epochMs: number): NewEvent {
  const { conversation, anchor, role, text } = said;
  const [startMs, endMs] = [epochMs + said.startMs, epochMs + said.endMs];
  const segment = Number(anchor.slice(anchor.lastIndexOf(':') + 1));
  const whose = { participantId: `p-${role}`, role, leg: role };
  const body = { kind: 'utterance', ...whose, segment, revision: 0, final: true, text, startMs, endMs } as const;
  return { conversationId: conversation, atMs: endMs, body };
}
