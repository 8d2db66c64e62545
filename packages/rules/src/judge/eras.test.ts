import type { ConversationRecord, RecordedUtterance } from '@earshot/model';
import { utteranceAnchor } from '@earshot/model';
import { describe, expect, test } from 'vitest';
import { compileRuleSet, createErasJudge, createJudge, type Era, type RuleSet } from '../index.js';

const OPTIONS = { latenessMs: 1_000 };

function setOf(rules: Record<string, object>): RuleSet {
  const written = Object.entries(rules).map(([id, rule]) => ({
    id,
    title: 't',
    severity: 'high',
    prompt: { what: 'w', next: 'n' },
    ...rule,
  }));
  const compiled = compileRuleSet({ 'a.yaml': JSON.stringify({ rules: written }) });
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.faults));
  return compiled.ruleSet;
}

/** A talk of a sentence a second; what is said later belongs to the era that is given. */
class Talk {
  readonly record: ConversationRecord = {
    tenant: 't',
    conversationId: 'c',
    channel: 'voice',
    resumed: false,
    startedAtMs: 0,
    nowMs: 0,
    externalIds: {},
    fields: {},
    participants: [],
    utterances: new Map(),
  };
  readonly eras: Era[] = [];

  under(ruleSet: RuleSet): this {
    this.eras.push({ ruleSet, fromMs: this.record.nowMs + 1_000 });
    return this;
  }

  say(text: string): this {
    const segment = this.record.utterances.size;
    const startMs = this.record.nowMs + 1_000;
    const utterance: RecordedUtterance = {
      participantId: 'p',
      role: 'customer',
      leg: 'c',
      segment,
      revision: 0,
      final: true,
      withdrawn: false,
      text,
      startMs,
      endMs: startMs,
      receivedAtMs: startMs,
      openRevisions: [],
      ...(this.eras.length > 1 ? { era: this.eras.length - 1 } : {}),
    };
    this.record.utterances.set(utteranceAnchor('c', segment), utterance);
    this.record.nowMs = startMs;
    return this;
  }

  quietUntil(nowMs: number): this {
    this.record.nowMs = nowMs;
    return this;
  }

  findings(): string[] {
    const judge = createErasJudge(this.eras as [Era, ...Era[]], this.record, OPTIONS);
    return judge.findings().map(({ ruleId, anchor }) => `${ruleId} ${anchor}`);
  }
}

const said = (...phrases: string[]) => ({ when: { phrases } });
const thrice = (phrase: string) => ({ when: { count: { of: { phrases: [phrase] }, atLeast: 3, withinSeconds: 60 } } });

describe('a conversation whose rules change while it runs', () => {
  test('old words never fire new rules, later ones do', () => {
    const talk = new Talk()
      .under(setOf({ a: said('甲') }))
      .say('乙')
      .under(setOf({ a: said('甲'), b: said('乙') }));
    expect(talk.findings()).toEqual([]);
    expect(talk.say('乙').findings()).toEqual(['b u:c:1']);
  });

  test('the window of a rule that stays as it is goes on over the change', () => {
    const talk = new Talk()
      .under(setOf({ n: thrice('退款') }))
      .say('退款')
      .say('退款');
    talk.under(setOf({ n: thrice('退款'), b: said('乙') })).say('退款');
    expect(talk.findings()).toEqual(['n u:c:0']);
  });

  test('the window of a new or changed rule begins empty', () => {
    const talk = new Talk()
      .under(setOf({ n: thrice('退款') }))
      .say('退款')
      .say('退款');
    talk
      .under(setOf({ n: { ...thrice('退款'), points: -5 }, m: thrice('退款') }))
      .say('退款')
      .say('退款');
    expect(talk.findings()).toEqual([]);
    expect(talk.say('退款').findings().sort()).toEqual(['m u:c:2', 'n u:c:2']);
  });

  test('what a rule found stands after it is gone, and it finds nothing more', () => {
    const talk = new Talk()
      .under(setOf({ a: said('甲') }))
      .say('甲')
      .under(setOf({ b: said('乙') }))
      .say('甲');
    expect(talk.findings()).toEqual(['a u:c:0']);
  });

  test('what it found is still taken back by a late excuse', () => {
    const excused = { ...said('甲'), unless: { phrases: ['开玩笑'], afterSeconds: 30 } };
    const talk = new Talk()
      .under(setOf({ a: excused }))
      .say('甲')
      .under(setOf({ b: said('乙') }))
      .say('开玩笑');
    expect(talk.findings()).toEqual([]);
  });

  test('a deadline that passes after its rule is gone is not missed', () => {
    const asked = {
      when: { missing: { expect: { phrases: ['回答'] }, withinSeconds: 10, after: { phrases: ['问'] } } },
    };
    const talk = new Talk()
      .under(setOf({ a: asked }))
      .say('问')
      .under(setOf({ b: said('乙') }))
      .say('乙');
    expect(talk.quietUntil(60_000).findings()).toEqual(['b u:c:1']);
  });

  test('a new rule that counts from the start does not run', () => {
    const greeting = { when: { missing: { expect: { phrases: ['您好'] }, withinSeconds: 5 } } };
    const talk = new Talk()
      .under(setOf({ b: said('乙') }))
      .say('甲')
      .under(setOf({ b: said('乙'), g: greeting }))
      .say('甲');
    expect(talk.quietUntil(60_000).findings()).toEqual([]);
  });

  test('one set is judged as ever, and a second that is the same changes nothing', () => {
    const rules = setOf({ a: said('甲'), n: thrice('退款') });
    const talk = new Talk().under(rules).say('甲').say('退款').say('退款');
    const twice = new Talk().under(rules).say('甲').say('退款').under(rules).say('退款');
    for (const one of [talk, twice]) one.say('退款');
    expect(twice.findings()).toEqual(talk.findings());
    expect(talk.findings()).toEqual(
      createJudge(rules, talk.record, OPTIONS)
        .findings()
        .map((f) => `${f.ruleId} ${f.anchor}`),
    );
  });

  test('asked again and again it says the same as asked once', () => {
    const talk = new Talk().under(setOf({ n: thrice('退款'), a: said('甲') })).say('退款');
    talk.under(setOf({ n: thrice('退款'), b: said('乙') }));
    const judge = createErasJudge(talk.eras as [Era, ...Era[]], talk.record, OPTIONS);
    for (const [i, text] of ['甲', '退款', '乙', '退款'].entries()) {
      talk.say(text);
      judge.utteranceChanged(utteranceAnchor('c', i + 1));
      judge.conversationChanged();
      expect(judge.findings()).toEqual(createErasJudge(talk.eras as [Era, ...Era[]], talk.record, OPTIONS).findings());
      expect(judge.findings()).toBe(judge.findings());
    }
  });
});
