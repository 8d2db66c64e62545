import { utteranceAnchor } from '@earshot/model';
import type { Chance } from '@earshot/testkit';
import type { PlainRule, Said } from './plain.js';

export interface TalkOptions {
  texts: readonly string[];
  /** Whose phrases are said now and then. */
  spoken: readonly PlainRule[];
  /** Share of utterances that say one. */
  share: number;
}

interface Open {
  id: string;
  segments: { agent: number; customer: number };
  /** Rules that this conversation is about, so that seconds follow firsts and windows fill. */
  about: PlainRule[];
}

/** Talk in order: each conversation's utterances begin one after the other, and no text holds anything but finals. */
export class Talk {
  private readonly open = new Map<string, Open>();

  constructor(
    private readonly chance: Chance,
    private readonly options: TalkOptions,
  ) {}

  next(conversation: string, startMs: number, endMs: number): Said {
    const { chance, options } = this;
    const one = this.open.get(conversation) ?? this.begin(conversation);
    let role: Said['role'] = chance.chance(0.5) ? 'customer' : 'agent';
    let text = chance.pick(options.texts);
    if (chance.next() < options.share) {
      const rule = chance.pick(one.about);
      const says = rule.then && chance.chance(0.5) ? rule.then.says : rule.says;
      if (chance.chance(0.9)) role = says.role;
      text = `${text}。${this.spell(chance.pick(says.any))}`;
      if (says.none && chance.chance(0.3)) text += `，${says.none[0]}`;
    }
    const anchor = utteranceAnchor(role, one.segments[role]++);
    return { conversation, anchor, role, text, startMs, endMs };
  }

  /** One in five as recognisers and people write it: with a space or a hyphen inside. */
  private spell(phrase: string): string {
    if (!this.chance.chance(0.2)) return phrase;
    const at = this.chance.between(1, phrase.length - 1);
    return `${phrase.slice(0, at)}${this.chance.pick([' ', '-'])}${phrase.slice(at)}`;
  }

  private begin(id: string): Open {
    const about = Array.from({ length: 3 }, () => this.chance.pick(this.options.spoken));
    const one = { id, segments: { agent: 0, customer: 0 }, about };
    this.open.set(id, one);
    return one;
  }
}

/** Whole conversations of `turns` utterances each, a few seconds apart. */
export function conversations(
  chance: Chance,
  { count, turns, ...options }: TalkOptions & { count: number; turns: number },
): Said[][] {
  const talk = new Talk(chance, options);
  return Array.from({ length: count }, (_, i) => {
    let atMs = 0;
    return Array.from({ length: turns }, () => {
      atMs += chance.between(500, 9_000);
      return talk.next(`c-${i}`, atMs, atMs + chance.between(200, 3_000));
    });
  });
}
