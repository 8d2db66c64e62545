import type { Alert, Evidence, Severity, Span } from '@earshot/model';
import type { ConversationRow, TranscriptLine } from '@earshot/wire/live';

/** A scripted call for looking at the pages: what is said, which words hit, which prompt follows. */
export interface Said {
  role: 'customer' | 'agent';
  text: string;
  hit?: { words: string; ruleId: string; title: string; severity: Severity };
  prompt?: Alert['finding']['prompt'];
}

export const REFUND_CALL: Said[] = [
  { role: 'agent', text: '您好，工号 10001 为您服务，请问有什么可以帮您？' },
  { role: 'customer', text: '我上个月在你们这儿买的理财，说好可以随时赎回，现在赎不了。' },
  { role: 'agent', text: '先生您稍等，我查一下您的订单。' },
  { role: 'customer', text: '我已经等了三天了，每次打过来都是让我等。' },
  {
    role: 'agent',
    text: '这个问题我解决不了，您自己看一下合同吧。',
    hit: { words: '这个问题我解决不了', ruleId: 'agent-shirks', title: '坐席推诿', severity: 'medium' },
    prompt: {
      title: '坐席推诿',
      what: '坐席说了“解决不了”，客户已等待三天。',
      say: ['我来帮您跟进，今天之内给您答复。'],
      next: '登记工单并告知答复时间。',
    },
  },
  {
    role: 'customer',
    text: '行，那我打 12315，再去金融监管总局投诉，投诉到底！',
    hit: { words: '金融监管总局投诉', ruleId: 'regulator-threat', title: '扬言向监管投诉', severity: 'critical' },
    prompt: {
      title: '扬言向监管投诉',
      what: '客户三次进线未解决，明确要向 12315 和金融监管总局投诉。',
      say: [
        '非常抱歉让您等了三天，这件事由我负责到底。',
        '我现在就请主管一起处理，您不用再重复说明。',
        '今天 18:00 前我给您回电，告诉您赎回的具体时间。',
      ],
      next: '先致歉，再给出时限；同时请班组长接手，不要解释合同条款。',
    },
  },
  { role: 'agent', text: '非常抱歉让您等了三天，这件事由我负责到底。' },
  {
    role: 'customer',
    text: '那你们经理呢？叫你们经理来跟我说。',
    hit: { words: '叫你们经理', ruleId: 'asks-manager', title: '要求主管接听', severity: 'high' },
    prompt: {
      title: '要求主管接听',
      what: '客户要求主管接听。',
      say: ['好的，我马上请主管和您通话，请您稍等一分钟。'],
      next: '咨询转接给班组长，并说明前情。',
    },
  },
];

export function line(said: Said, segment: number, startMs: number, length = said.text.length): TranscriptLine {
  const final = length >= said.text.length;
  return {
    leg: said.role,
    segment,
    revision: final ? 99 : length,
    final,
    withdrawn: false,
    participantId: said.role,
    role: said.role,
    text: said.text.slice(0, length),
    startMs,
    endMs: startMs + length * 120,
    hits:
      final && said.hit
        ? [{ ruleId: said.hit.ruleId, title: said.hit.title, severity: said.hit.severity, spans: [spanOf(said)] }]
        : [],
  };
}

export function alertFor(said: Said, row: ConversationRow, at: TranscriptLine, offset: number): Alert | undefined {
  if (!said.hit || !said.prompt) return undefined;
  const { severity, ruleId } = said.hit;
  const evidence: Evidence = { ...at, quote: said.text, spans: [spanOf(said)] };
  return {
    id: `${row.conversationId}-${ruleId}-${at.segment}`,
    tenant: 'demo',
    conversationId: row.conversationId,
    version: { offset, index: 0 },
    state: 'raised',
    finding: {
      id: `${row.conversationId}-${ruleId}-${at.segment}`,
      ruleId,
      anchor: `u:${at.leg}:${at.segment}`,
      severity,
      points: severity === 'critical' ? 10 : 5,
      participantId: at.participantId,
      role: at.role,
      evidence: [evidence],
      wordsAtMs: at.endMs,
      receivedAtMs: at.endMs + 20,
      provisional: false,
      ruleSetHash: 'demo',
      prompt: said.prompt,
      tags: [],
    },
    summary: {
      channel: row.channel,
      externalIds: row.externalIds,
      agents: row.agents,
      ...(row.skillGroup ? { skillGroup: row.skillGroup } : {}),
    },
    agents: row.agents,
    interrupting: severity === 'high' || severity === 'critical',
    history: false,
    shownTo: [],
    timeline: { spokenMs: at.endMs, receivedMs: at.endMs + 20, judgedMs: at.endMs + 26, raisedMs: at.endMs + 31 },
    reason: 'finding',
  };
}

function spanOf(said: Said): Span {
  const start = said.hit ? said.text.indexOf(said.hit.words) : 0;
  return { start, end: start + (said.hit?.words.length ?? 0) };
}
