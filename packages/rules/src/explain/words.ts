import type { Scope } from '../language/schema.js';

export type Language = 'zh' | 'en';

/** What bounds a condition in time and in places, on either side. */
interface Bounds {
  withinMs?: number;
  withinUtterances?: number;
  beforeMs?: number;
  beforeUtterances?: number;
  afterMs?: number;
  afterUtterances?: number;
}

const seconds = (ms: number) => ms / 1000;
const meanZh = (turns: number) => (turns > 1 ? `${turns} 句平均` : '');
const meanEn = (turns: number) => (turns > 1 ? ` on average over ${turns} turns` : '');
const known = (parts: readonly (string | false | undefined)[]) => parts.filter((one) => one) as string[];

const ROLES_ZH: Record<string, string> = {
  customer: '客户',
  agent: '坐席',
  supervisor: '现场主管',
  bot: '机器人',
  ivr: '语音导航',
  'third-party': '第三方',
};

/**
 * The sentences of an explanation, in both languages. Places are anchors, times are `t:` and epoch ms: the page turns
 * them into links and the local time.
 */
export const WORDS = {
  zh: {
    roles: (roles: readonly string[]) => `限${roles.map((role) => ROLES_ZH[role] ?? role).join('、')}`,
    any: (list: string) => `出现任一：${list}`,
    all: (list: string) => `全部出现：${list}`,
    none: (list: string) => `均不出现：${list}`,
    atLeast: (count: number, list: string) => `至少出现 ${count} 个：${list}`,
    found: (count: number, first: string) => `命中 ${count} 句，首句 ${first}`,
    notFound: (heard: number) => `在 ${heard} 句中均未命中`,
    outOfScope: (at: string) => `说过但不在限定范围内：${at}`,
    otherRole: (at: string, role: string) => `是${ROLES_ZH[role] ?? role}说的，本条件不听：${at}`,
    partly: (at: string, found: string) => `最接近的一句只有 ${found}：${at}`,
    excluded: (at: string, phrase: string) => `因出现“${phrase}”而排除：${at}`,
    sentiments: { negative: '负面', neutral: '中性', positive: '正面', anger: '愤怒', offensive: '冒犯' } as Record<
      string,
      string
    >,
    feels: {
      'at-least': (of: string, value: number, turns: number) => `${meanZh(turns)}${of}得分不低于 ${value}`,
      below: (of: string, value: number, turns: number) => `${meanZh(turns)}${of}得分低于 ${value}`,
      'rises-by': (of: string, value: number, turns: number) => `${turns} 句内${of}得分上升不少于 ${value}`,
    },
    highestScore: (at: string, score: number, known: number, all: number) =>
      `最高得分 ${score}：${at}（${all} 句中 ${known} 句有得分）`,
    noScores: (all: number) => `${all} 句均无得分，无法判定`,
    history: {
      customer: (atLeast: number) => `7 天内该客户来访不少于 ${atLeast} 次`,
      agent: (atLeast: number, tag?: string) =>
        `7 天内该坐席${tag === undefined ? '' : `“${tag}”类`}命中不少于 ${atLeast} 次`,
      topic: (atLeast: number, topic?: string) => `1 小时内涉及“${topic}”的会话不少于 ${atLeast} 通`,
    },
    known: (count: number) => `目前已知 ${count}`,
    scope: (scope: Scope) => {
      if ('first' in scope) return `限前 ${scope.first} 句`;
      if ('last' in scope) return `限最后 ${scope.last} 句`;
      return `限开始后 ${scope.fromSeconds ?? 0} 秒起${scope.toSeconds === undefined ? '' : `、${scope.toSeconds} 秒内`}`;
    },
    limits: (of: Bounds) => {
      const list = known([
        of.withinMs !== undefined && `${seconds(of.withinMs)} 秒内`,
        of.withinUtterances !== undefined && `${of.withinUtterances} 句内`,
        of.beforeMs !== undefined && `之前 ${seconds(of.beforeMs)} 秒内`,
        of.beforeUtterances !== undefined && `之前 ${of.beforeUtterances} 句内`,
        of.afterMs !== undefined && `之后 ${seconds(of.afterMs)} 秒内`,
        of.afterUtterances !== undefined && `之后 ${of.afterUtterances} 句内`,
      ]);
      return list.length > 0 ? `（${list.join('、')}）` : '';
    },
    apart: (gap: number) => `，首尾相隔 ${gap} 秒`,
    elsewhere: (at: string) => `这几句没有命中，别处有：${at}`,
    then: (limits: string) => `先后出现${limits}`,
    count: (times: number, limits: string) => `累计 ${times} 次${limits}`,
    missing: (seconds: number) => `${seconds} 秒内未说`,
    once: '整通会话只计一次',
    and: '同时满足',
    or: '满足其一',
    not: '不满足',
    unless: (limits: string) => `没有例外${limits}`,
    hits: (count: number, first: string) => `成立 ${count} 处，首处 ${first}`,
    noFirst: '前一条件没有命中',
    noNext: (at: string) => `${at} 之后没有后一条件的命中`,
    tooLate: (at: string, seconds: number) => `最接近的一次在 ${at}，相隔 ${seconds} 秒，超出限定`,
    most: (count: number) => `共命中 ${count} 次，没有一个时间窗达到次数`,
    missed: (dueMs: number) => `截止时间 t:${dueMs} 前没有应答`,
    pending: (dueMs: number) => `截止时间 t:${dueMs} 尚未到`,
    answered: (at: string) => `已应答：${at}`,
    notAsked: '没有触发截止时间的语句',
    excused: (count: number) => `${count} 处因例外撤回`,
    notExcused: '没有适用的例外',
    rests: {
      'other-channel': '不适用于该渠道',
      'other-business-line': '不适用于该业务线',
      'other-queue': '不适用于该排队队列',
      'other-skill-group': '不适用于该技能组',
      resumed: '会话是续接的，与开头有关的规则不运行',
      'start-unknown': '开始时间未知',
      'not-ended': '会话结束后才判定',
    } as Record<string, string>,
  },
  en: {
    roles: (roles: readonly string[]) => `by ${roles.join(', ')}`,
    any: (list: string) => `any of: ${list}`,
    all: (list: string) => `all of: ${list}`,
    none: (list: string) => `none of: ${list}`,
    atLeast: (count: number, list: string) => `at least ${count} of: ${list}`,
    found: (count: number, first: string) => `found in ${count} utterances, first ${first}`,
    notFound: (heard: number) => `not found in ${heard} utterances`,
    outOfScope: (at: string) => `said, but outside the scope: ${at}`,
    otherRole: (at: string, role: string) => `said by ${role}, whom this condition does not hear: ${at}`,
    partly: (at: string, found: string) => `the nearest has only ${found}: ${at}`,
    excluded: (at: string, phrase: string) => `excluded by "${phrase}": ${at}`,
    sentiments: {} as Record<string, string>,
    feels: {
      'at-least': (of: string, value: number, turns: number) => `${of} at least ${value}${meanEn(turns)}`,
      below: (of: string, value: number, turns: number) => `${of} below ${value}${meanEn(turns)}`,
      'rises-by': (of: string, value: number, turns: number) => `${of} rises by at least ${value} over ${turns} turns`,
    },
    highestScore: (at: string, score: number, known: number, all: number) =>
      `the highest score is ${score}: ${at} (${known} of ${all} utterances have one)`,
    noScores: (all: number) => `none of ${all} utterances has a score: undecided`,
    history: {
      customer: (atLeast: number) => `at least ${atLeast} contacts of this customer in 7 days`,
      agent: (atLeast: number, tag?: string) =>
        `at least ${atLeast} findings${tag === undefined ? '' : ` tagged ${tag}`} about this agent in 7 days`,
      topic: (atLeast: number, topic?: string) => `at least ${atLeast} conversations met ${topic} in an hour`,
    },
    known: (count: number) => `${count} are known so far`,
    scope: (scope: Scope) => {
      if ('first' in scope) return `in the first ${scope.first} utterances`;
      if ('last' in scope) return `in the last ${scope.last} utterances`;
      return `from ${scope.fromSeconds ?? 0} s after the start${scope.toSeconds === undefined ? '' : ` to ${scope.toSeconds} s`}`;
    },
    limits: (of: Bounds) => {
      const list = known([
        of.withinMs !== undefined && `within ${seconds(of.withinMs)} s`,
        of.withinUtterances !== undefined && `within ${of.withinUtterances} utterances`,
        of.beforeMs !== undefined && `at most ${seconds(of.beforeMs)} s before`,
        of.beforeUtterances !== undefined && `at most ${of.beforeUtterances} utterances before`,
        of.afterMs !== undefined && `at most ${seconds(of.afterMs)} s after`,
        of.afterUtterances !== undefined && `at most ${of.afterUtterances} utterances after`,
      ]);
      return list.length > 0 ? ` (${list.join(', ')})` : '';
    },
    apart: (gap: number) => `, ${gap} s from first to last`,
    elsewhere: (at: string) => `not here, but elsewhere: ${at}`,
    then: (limits: string) => `one after the other${limits}`,
    count: (times: number, limits: string) => `${times} times${limits}`,
    missing: (seconds: number) => `not said within ${seconds} s`,
    once: 'once per conversation',
    and: 'all hold',
    or: 'one holds',
    not: 'does not hold',
    unless: (limits: string) => `no excuse${limits}`,
    hits: (count: number, first: string) => `holds in ${count} places, first ${first}`,
    noFirst: 'the first condition was never met',
    noNext: (at: string) => `nothing met the second condition after ${at}`,
    tooLate: (at: string, seconds: number) => `the nearest is ${at}, ${seconds} s later: beyond the limit`,
    most: (count: number) => `met ${count} times in all, never often enough in one window`,
    missed: (dueMs: number) => `nothing answered before the deadline t:${dueMs}`,
    pending: (dueMs: number) => `the deadline t:${dueMs} is still to come`,
    answered: (at: string) => `answered: ${at}`,
    notAsked: 'nothing was said that sets the deadline',
    excused: (count: number) => `${count} taken back because of the excuse`,
    notExcused: 'no excuse applies',
    rests: {
      'other-channel': 'not for this channel',
      'other-business-line': 'not for this business line',
      'other-queue': 'not for this queue',
      'other-skill-group': 'not for this skill group',
      resumed: 'the conversation was resumed, and the rule is bound to the start',
      'start-unknown': 'the time of the start is unknown',
      'not-ended': 'decided when the conversation has ended',
    } as Record<string, string>,
  },
};

export type Words = (typeof WORDS)['zh'];
