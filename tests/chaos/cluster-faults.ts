import type { Chance } from '@earshot/testkit';

/** What is done to a cluster; parts by their names on its table (`rule-engine-2`, `kafka`). */
export type Fault =
  | { kind: 'kill'; part: string }
  /** SIGSTOP, and SIGCONT after `forMs`: a process that wakes believes that nothing has happened. */
  | { kind: 'freeze'; part: string; forMs: number }
  | { kind: 'join'; node: string }
  | { kind: 'leave'; node: string; asked: boolean }
  /** Every service is asked to stop, one after the other, each when the one before is back. */
  | { kind: 'rolling-restart' }
  | { kind: 'kafka-away'; forMs: number };

type Struck = Extract<Fault, { part: string }>;

export interface FaultOptions {
  kills: number;
  zombies: number;
  /** Rule engines that come and go again. */
  joins: number;
  kafkaAwayMs: number;
  rollingRestart: boolean;
}

const FREEZE_MS = { least: 5_000, most: 40_000 };
/** Joiners that are there at once. */
const MOST_GUESTS = 2;

/** Whoever these take down takes the road of all conversations down. */
export const isForAll = (part: string) => part === 'kafka' || part.startsWith('ingest');

/**
 * A schedule from a seed. Each part has its turn before any has it again; parts that everybody needs come in the second
 * half, so that in the first it shows what the death of one node does to the others' conversations.
 */
export function drawFaults(parts: readonly string[], options: FaultOptions, chance: Chance): Fault[] {
  const kills = turns(parts, options.kills, chance).map((part): Struck => ({ kind: 'kill', part }));
  const zombies = turns(parts, options.zombies, chance).map((part): Struck => {
    const forMs = chance.between(FREEZE_MS.least, FREEZE_MS.most);
    return { kind: 'freeze', part, forMs };
  });
  const both = [...kills, ...zombies];
  const ofNodes = shuffle(
    both.filter(({ part }) => !isForAll(part)),
    chance,
  );
  const half = Math.ceil(ofNodes.length / 2);
  const late = [...ofNodes.slice(half), ...both.filter(({ part }) => isForAll(part))];
  const guests = comingsAndGoings(options.joins, chance);
  return [
    ...mixed([...ofNodes.slice(0, half), ...shuffle(late, chance)], guests, chance),
    ...(options.rollingRestart ? [{ kind: 'rolling-restart' } as const] : []),
    ...(options.kafkaAwayMs > 0 ? [{ kind: 'kafka-away', forMs: options.kafkaAwayMs } as const] : []),
  ];
}

/** So many parts: all of them in some order, then all again. */
function turns(parts: readonly string[], count: number, chance: Chance): string[] {
  const found: string[] = [];
  while (found.length < count) found.push(...shuffle(parts, chance));
  return found.slice(0, count);
}

function comingsAndGoings(joins: number, chance: Chance): Fault[] {
  const all: Fault[] = [];
  const there: string[] = [];
  const leave = () => {
    const node = there.splice(chance.below(there.length), 1)[0] ?? '';
    all.push({ kind: 'leave', node, asked: chance.chance(0.5) });
  };
  for (let i = 0; i < joins; i++) {
    if (there.length === MOST_GUESTS) leave();
    const node = `rule-engine-guest-${i + 1}`;
    there.push(node);
    all.push({ kind: 'join', node });
  }
  while (there.length > 0) leave();
  return all;
}

/** Both in their own order, at random places among each other. */
function mixed(one: readonly Fault[], other: readonly Fault[], chance: Chance): Fault[] {
  const [left, right] = [[...one], [...other]];
  const all: Fault[] = [];
  while (left.length + right.length > 0) {
    const next = chance.below(left.length + right.length) < left.length ? left.shift() : right.shift();
    if (next) all.push(next);
  }
  return all;
}

function shuffle<T>(items: readonly T[], chance: Chance): T[] {
  const all = [...items];
  for (let i = all.length - 1; i > 0; i--) {
    const j = chance.below(i + 1);
    [all[i], all[j]] = [all[j] as T, all[i] as T];
  }
  return all;
}
