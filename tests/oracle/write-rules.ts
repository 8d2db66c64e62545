import {
  type Chance,
  PHRASES,
  type PlainCondition,
  type PlainPhrase,
  type PlainPhrases,
  type PlainRule,
} from '@earshot/testkit';

/** One to six rules from a seed, made of every operator that the language has. */
export function writeRules(chance: Chance): PlainRule[] {
  return Array.from({ length: chance.between(1, 6) }, (_, i) => new RuleWriter(chance).rule(`r${i}`));
}

/** The same rules as the file that an author would write. */
export function asFile(rules: readonly PlainRule[]): Record<string, string> {
  const told = { title: 't', severity: 'high', prompt: { what: 'w', next: 'n' } };
  return { 'rules.yaml': JSON.stringify({ rules: rules.map((rule) => ({ ...told, ...rule })) }) };
}

const ROLES: [string][] = [['customer'], ['agent']];

class RuleWriter {
  /** Whom the rule hears: its conditions may name nobody else. */
  private readonly roles: string[];

  constructor(private readonly chance: Chance) {
    this.roles = chance.chance(0.15) ? chance.pick([['customer'], ['agent']]) : ['customer', 'agent'];
  }

  rule(id: string): PlainRule {
    const { chance } = this;
    return {
      id,
      on: chance.pick(['final', 'partial']),
      when: this.when(),
      ...(this.roles.length === 1 ? { roles: this.roles } : {}),
      ...(chance.chance(0.1) ? { scope: this.scope() } : {}),
      ...(chance.chance(0.3) ? { unless: { phrases: this.phrases(), ...this.sides() } } : {}),
      ...(chance.chance(0.1) ? { only: chance.pick([{ queues: ['vip'] }, { channels: ['voice'] }]) } : {}),
    };
  }

  private when(): PlainCondition {
    const { chance } = this;
    const kind = chance.below(10);
    if (kind < 7) return this.carrying();
    if (kind === 7) return { or: [this.carrying(), this.carrying()] };
    if (kind === 8)
      // The second often brings evidence of its own, sometimes another revision of the same utterance.
      return { and: [this.carrying(), chance.chance(0.5) ? { once: this.said() } : this.carrying()] };
    return { and: [this.carrying(), { not: this.carrying() }] };
  }

  private carrying(): PlainCondition {
    const { chance } = this;
    switch (chance.below(7)) {
      case 0:
        return { then: { first: this.onUtterance(), next: this.onUtterance(), ...this.limits() } };
      case 1:
        return { count: { of: this.onUtterance(), atLeast: chance.between(2, 3), ...this.limits() } };
      case 2:
        return { missing: { expect: this.onUtterance(), withinSeconds: chance.between(0, 12) } };
      case 3:
        return {
          missing: { expect: this.onUtterance(), withinSeconds: chance.between(0, 12), after: this.onUtterance() },
        };
      case 4:
        return { once: this.onUtterance() };
      default:
        return this.onUtterance();
    }
  }

  private onUtterance(): PlainCondition {
    const { chance } = this;
    switch (chance.below(8)) {
      case 0:
        return { and: [this.said(), this.said()] };
      case 1:
        return { or: [this.said(), this.said()] };
      case 2:
        return { not: this.said() };
      default:
        return this.said();
    }
  }

  private said(): PlainPhrases {
    const { chance } = this;
    return {
      phrases: this.sets(),
      ...(chance.chance(0.3) ? { roles: chance.pick(ROLES.filter(([role]) => this.roles.includes(role))) } : {}),
      ...(chance.chance(0.12) ? { scope: this.scope() } : {}),
    };
  }

  private sets(): PlainPhrases['phrases'] {
    const { chance } = this;
    switch (chance.below(8)) {
      case 0:
        return { all: this.phrases() };
      case 1:
        return { none: this.phrases() };
      case 2:
        return { any: this.phrases(), none: this.phrases() };
      case 3: {
        const of = this.phrases(3);
        return { atLeast: { count: chance.between(1, of.length), of } };
      }
      default:
        return this.phrases();
    }
  }

  private phrases(most = 2): PlainPhrase[] {
    const { chance } = this;
    const picked = new Set(Array.from({ length: chance.between(1, most) }, () => chance.pick(PHRASES)));
    return [...picked].map((text) => (chance.chance(0.12) ? { text, joined: true } : text));
  }

  private scope() {
    const { chance } = this;
    switch (chance.below(3)) {
      case 0:
        return { first: chance.between(1, 4) };
      case 1:
        return { last: chance.between(1, 4) };
      default:
        return { fromSeconds: chance.between(0, 5), toSeconds: chance.between(6, 20) };
    }
  }

  private limits() {
    const { chance } = this;
    return {
      ...(chance.chance(0.6) ? { withinSeconds: chance.between(0, 15) } : {}),
      ...(chance.chance(0.4) ? { withinUtterances: chance.between(1, 4) } : {}),
    };
  }

  private sides() {
    const { chance } = this;
    return {
      ...(chance.chance(0.3) ? { beforeSeconds: chance.between(0, 12) } : {}),
      ...(chance.chance(0.3) ? { beforeUtterances: chance.between(1, 3) } : {}),
      ...(chance.chance(0.5) ? { afterSeconds: chance.between(0, 12) } : {}),
      ...(chance.chance(0.3) ? { afterUtterances: chance.between(1, 3) } : {}),
    };
  }
}
