import { CHANNELS, type Channel } from '@earshot/model';
import { badInput, type LineFault } from '../failure.js';
import { type ReplayConversation, type ReplayTurn, TURN_ROLES, type TurnRole } from './conversation.js';
import type { Line } from './lines.js';

export const MS_PER_CHARACTER = 250;
export const MS_PER_TURN = 400;

/** Offsets that begin later than this are clock times, not offsets: they are shifted to start at 0. */
const LATEST_START_MS = 24 * 3_600_000;

interface RawTurn {
  role: TurnRole;
  text: string;
  offsetMs?: number;
  durationMs?: number;
}

/** One line of conversations.jsonl; throws a coded error that names the place and never the words. */
export function readConversation({ text, number }: Line, file: string): ReplayConversation {
  const fail = (code: LineFault, where?: string) => badInput(code, file, number, where);
  const raw = parseObject(text, fail);
  const { id, channel, turns } = raw;
  if (typeof id !== 'string' || id === '') throw fail('id-missing', 'id');
  if (channel !== undefined && !isChannel(channel)) throw fail('channel-unknown', 'channel');
  if (!Array.isArray(turns)) throw fail('turns-missing', 'turns');
  const read = turns.map((turn: unknown, i) => readTurn(turn, `turns[${i}]`, fail));
  const conversation: ReplayConversation = {
    id,
    channel: channel ?? 'chat',
    turns: withTimes(read),
    timesMade: read.some(({ offsetMs }) => offsetMs === undefined),
  };
  if (typeof raw['lang'] === 'string') conversation.language = raw['lang'];
  if (typeof raw['agentId'] === 'string') conversation.agentId = raw['agentId'];
  return conversation;
}

function parseObject(text: string, fail: (code: LineFault) => Error): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw fail('not-json');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw fail('not-an-object');
  return value as Record<string, unknown>;
}

function readTurn(turn: unknown, where: string, fail: (code: LineFault, where: string) => Error): RawTurn {
  if (typeof turn !== 'object' || turn === null) throw fail('not-an-object', where);
  const { role, text, offsetMs, durationMs } = turn as Record<string, unknown>;
  if (!isTurnRole(role)) throw fail('role-unknown', `${where}.role`);
  if (typeof text !== 'string') throw fail('text-missing', `${where}.text`);
  if (!isTime(offsetMs)) throw fail('time-invalid', `${where}.offsetMs`);
  if (!isTime(durationMs)) throw fail('time-invalid', `${where}.durationMs`);
  return { role, text, offsetMs: offsetMs ?? undefined, durationMs: durationMs ?? undefined };
}

/** A turn without a time follows the one before it; one without a length lasts as long as it takes to say. */
function withTimes(turns: readonly RawTurn[]): ReplayTurn[] {
  const earliest = turns.reduce((least, { offsetMs }) => Math.min(least, offsetMs ?? least), Number.MAX_VALUE);
  const shiftMs = earliest > LATEST_START_MS && earliest < Number.MAX_VALUE ? earliest : 0;
  let clockMs = 0;
  return turns.map(({ role, text, offsetMs, durationMs }, i) => {
    const startMs = offsetMs === undefined ? clockMs : Math.round(offsetMs - shiftMs);
    const said = startMs + Math.round(durationMs ?? MS_PER_TURN + [...text].length * MS_PER_CHARACTER);
    const nextOffset = turns[i + 1]?.offsetMs;
    const nextMs = nextOffset === undefined ? undefined : nextOffset - shiftMs;
    // A made-up length does not talk into a turn whose time is known.
    const endMs = durationMs === undefined && nextMs !== undefined && nextMs > startMs ? Math.min(said, nextMs) : said;
    clockMs = Math.max(clockMs, endMs);
    return { role, text, startMs, endMs };
  });
}

function isTurnRole(value: unknown): value is TurnRole {
  return TURN_ROLES.includes(value as TurnRole);
}

function isChannel(value: unknown): value is Channel {
  return CHANNELS.includes(value as Channel);
}

function isTime(value: unknown): value is number | null | undefined {
  return value === undefined || value === null || (typeof value === 'number' && Number.isFinite(value) && value >= 0);
}
