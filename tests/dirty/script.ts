import type { ConversationRecord, EventBody, ParticipantRole, Utterance } from '@earshot/model';
import { utteranceAnchor } from '@earshot/model';
import { recordOf } from '@earshot/rules';
import { seeded } from '../../packages/privacy/test/generator.js';

/** One conversation as it was, with every revision its recogniser made. */
export interface Script {
  /** In the order in which things happened; finals only. */
  clean: EventBody[];
  /** The same with all revisions, repeated, reordered and late. */
  dirty: EventBody[];
  /** The record that both must end in. */
  record: ConversationRecord;
}

export const REPEATS = 0.3;
export const REORDERED = 0.2;
export const LATE = 0.05;
export const MOST_REVISIONS = 12;

const SAID: Record<'customer' | 'agent', readonly string[]> = {
  customer: [
    '我要打12378投诉你们',
    '我已经找律师了',
    '再不处理我就找媒体曝光',
    '你们什么态度',
    '我要投诉',
    '叫你们经理来',
    '好的谢谢',
    '我的理财到期三天了',
    '请问投诉电话是多少',
    '等了这么久',
    '一共是12345元',
    '你们就是骗子',
    '我打了三次电话了',
    '那好吧',
  ],
  agent: [
    '您好，这里是客户服务中心，工号八零二一',
    '这个问题我解决不了',
    '您放心，保证收益不会亏',
    '请不要把验证码告诉任何人',
    '您把验证码告诉我',
    '非常抱歉给您带来不便',
    '我马上为您核实',
    '请稍等',
    '本产品不保本',
    '感谢您的来电，再见',
    '没别的事我挂了',
  ],
};

export function makeScript(seed: number, conversationId: string, startMs: number): Script {
  const random = seeded(seed);
  const below = (limit: number) => Math.floor(random() * limit);
  const pick = <T>(list: readonly T[]) => list[below(list.length)] as T;
  const turns: { role: 'customer' | 'agent'; text: string; atMs: number; endMs: number }[] = [];
  for (let atMs = 500, left = 12 + below(25); left > 0; left -= 1) {
    const role = random() < 0.5 ? 'customer' : 'agent';
    const text = pick(SAID[role]);
    turns.push({ role, text, atMs, endMs: atMs + 300 + below(4_000) });
    atMs += 600 + below(9_000);
  }
  const endsAtMs = Math.max(...turns.map((turn) => turn.endMs)) + below(60_000);
  const record = recordOf(turns, { conversationId, channel: 'voice', startedAtMs: startMs, endsAtMs });

  const opening: EventBody[] = [
    { kind: 'started', channel: 'voice', direction: 'inbound', externalIds: {} },
    joined('agent', '10001'),
    joined('customer'),
  ];
  const segments = new Map<string, number>();
  const spoken = turns.map((turn) => {
    const segment = segments.get(turn.role) ?? 0;
    segments.set(turn.role, segment + 1);
    const all = revisionsOf(turn, segment);
    const known = record.utterances.get(utteranceAnchor(turn.role, segment));
    if (known) known.revision = all.length - 1;
    return all;
  });

  function revisionsOf({ role, text, atMs, endMs }: (typeof turns)[number], segment: number): Utterance[] {
    const count = 1 + below(MOST_REVISIONS);
    return Array.from({ length: count }, (_, revision) => {
      const final = revision === count - 1;
      // What was heard so far, or something else altogether.
      const heard =
        random() < 0.2 ? pick(SAID[role]) : text.slice(0, Math.ceil((text.length * (revision + 1)) / count));
      const at = { participantId: role, role, leg: role, segment, revision, final, startMs: startMs + atMs };
      return { kind: 'utterance', ...at, text: final ? text : heard, endMs: startMs + endMs };
    });
  }

  const ended: EventBody = { kind: 'ended' };
  const clean = [...opening, ...spoken.map((all) => all.at(-1) as Utterance), ended];
  return { clean, dirty: soil([...opening, ...spoken.flat(), ended], random), record };
}

export const endOf = (record: ConversationRecord) => record.endedAtMs ?? record.nowMs;

function joined(role: ParticipantRole, staffNumber?: string): EventBody {
  const who = { participantId: role, role, leg: role };
  return { kind: 'participant-joined', ...who, ...(staffNumber === undefined ? {} : { staffNumber }) };
}

/** Each event has a place in time; a reordered one is moved by some places, a late one behind the end, a repeat comes again later. */
function soil(events: readonly EventBody[], random: () => number): EventBody[] {
  const placed = events.map((body, at) => {
    if (random() < LATE) return { body, at: events.length + random() * 50 };
    return { body, at: random() < REORDERED ? at + (random() - 0.5) * 30 : at };
  });
  const again = placed.filter(() => random() < REPEATS).map(({ body, at }) => ({ body, at: at + random() * 40 }));
  return [...placed, ...again].sort((a, b) => a.at - b.at).map(({ body }) => body);
}
