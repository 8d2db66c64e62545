import { CHANNELS, PARTICIPANT_ROLES, SENTIMENTS, SEVERITIES } from '@earshot/model';
import { z } from 'zod';

/** Half a day: longer windows are a mistake of units. */
const MAX_SECONDS = 43_200;
const MAX_UTTERANCES = 1000;

const seconds = z.number().min(0).max(MAX_SECONDS);
const utterances = z.int().min(1).max(MAX_UTTERANCES);
const line = z.string().trim().min(1).max(300);

/** One text for everybody, or one a language; the missing language is answered by the other. */
export const textSchema = z.union([
  line,
  z.strictObject({ zh: line.optional(), en: line.optional() }).refine((text) => text.zh || text.en, 'give zh or en'),
]);

const phrase = z.union([
  z.string().min(1).max(64),
  z.strictObject({ text: z.string().min(1).max(64), joined: z.boolean().optional() }),
]);
const phrases = z.array(phrase).min(1).max(200);

export const phrasesSchema = z.union([
  phrases,
  z
    .strictObject({
      any: phrases.optional(),
      all: phrases.optional(),
      none: phrases.optional(),
      atLeast: z.strictObject({ count: z.int().min(1).max(200), of: phrases }).optional(),
    })
    .refine((set) => set.any || set.all || set.none || set.atLeast, 'name any, all, none or atLeast')
    .refine((set) => !set.atLeast || set.atLeast.count <= set.atLeast.of.length, 'atLeast asks for more than it lists'),
]);

const roles = z.array(z.enum(PARTICIPANT_ROLES)).min(1).max(PARTICIPANT_ROLES.length);

export const scopeSchema = z.union([
  z.strictObject({ first: utterances }),
  z.strictObject({ last: utterances }),
  z
    .strictObject({ fromSeconds: seconds.optional(), toSeconds: seconds.optional() })
    .refine(
      (scope) => scope.fromSeconds !== undefined || scope.toSeconds !== undefined,
      'name fromSeconds or toSeconds',
    ),
]);

const phrasesNode = z.strictObject({ phrases: phrasesSchema, roles: roles.optional(), scope: scopeSchema.optional() });

const share = z.number().min(0).max(1);

const feelingNode = z.strictObject({
  sentiment: z
    .strictObject({
      of: z.enum(SENTIMENTS),
      atLeast: share.optional(),
      below: share.optional(),
      risesBy: share.optional(),
      overTurns: z.int().min(2).max(50).optional(),
    })
    .refine(
      ({ atLeast, below, risesBy }) => [atLeast, below, risesBy].filter((one) => one !== undefined).length === 1,
      'name one of atLeast, below, risesBy',
    )
    .refine(({ risesBy, overTurns }) => risesBy === undefined || overTurns !== undefined, 'risesBy needs overTurns'),
  roles: roles.optional(),
  scope: scopeSchema.optional(),
});

const atLeast = z.int().min(1).max(1_000_000);
const label = z.string().min(1).max(64);

/** What is known from other conversations; see `HISTORY_WINDOW_MS` for how far back. */
const historyNode = z.strictObject({
  history: z.union([
    z.strictObject({ contacts: z.strictObject({ atLeast }) }),
    z.strictObject({ agentFindings: z.strictObject({ tag: label.optional(), atLeast }) }),
    z.strictObject({ topicConversations: z.strictObject({ topic: label, atLeast }) }),
  ]),
});

const limits = { withinSeconds: seconds.optional(), withinUtterances: utterances.optional() };

export type PhrasesNode = z.infer<typeof phrasesNode>;
export type FeelingNode = z.infer<typeof feelingNode>;
export type HistoryNode = z.infer<typeof historyNode>;
export type ConditionNode =
  | PhrasesNode
  | FeelingNode
  | HistoryNode
  | { and: ConditionNode[] }
  | { or: ConditionNode[] }
  | { not: ConditionNode }
  | { once: ConditionNode }
  | { then: { first: ConditionNode; next: ConditionNode; withinSeconds?: number; withinUtterances?: number } }
  | { count: { of: ConditionNode; atLeast: number; withinSeconds?: number; withinUtterances?: number } }
  | { missing: { expect: ConditionNode; withinSeconds: number; after?: ConditionNode } };

export const conditionSchema: z.ZodType<ConditionNode> = z
  .lazy(() =>
    z.union([
      phrasesNode,
      feelingNode,
      historyNode,
      z.strictObject({ and: z.array(conditionSchema).min(1).max(50) }),
      z.strictObject({ or: z.array(conditionSchema).min(1).max(50) }),
      z.strictObject({ not: conditionSchema }),
      z.strictObject({ once: conditionSchema }),
      z.strictObject({ then: z.strictObject({ first: conditionSchema, next: conditionSchema, ...limits }) }),
      z.strictObject({ count: z.strictObject({ of: conditionSchema, atLeast: z.int().min(2).max(1000), ...limits }) }),
      z.strictObject({
        missing: z.strictObject({ expect: conditionSchema, withinSeconds: seconds, after: conditionSchema.optional() }),
      }),
    ]),
  )
  .meta({ id: 'Condition' });

const unlessLimits = {
  beforeSeconds: seconds.optional(),
  afterSeconds: seconds.optional(),
  beforeUtterances: utterances.optional(),
  afterUtterances: utterances.optional(),
};

export const unlessSchema = z.strictObject({
  phrases: phrasesSchema,
  roles: roles.optional(),
  scope: scopeSchema.optional(),
  ...unlessLimits,
});

const turn = z.strictObject({
  role: z.enum(PARTICIPANT_ROLES),
  text: z.string().max(8192),
  atMs: z
    .number()
    .min(0)
    .max(MAX_SECONDS * 1000)
    .optional(),
  scores: z.partialRecord(z.enum(SENTIMENTS), share).optional(),
});
const turns = z.array(turn).min(1).max(100);

export const exampleSchema = z.union([
  z.string().min(1).max(8192),
  turns,
  z.strictObject({
    turns,
    endsAtMs: z.number().min(0).optional(),
    open: z.boolean().optional(),
    history: z
      .strictObject({
        contacts: atLeast.optional(),
        agentFindings: z.record(label, atLeast).optional(),
        topicConversations: z.record(label, atLeast).optional(),
      })
      .optional(),
  }),
]);

const labels = z.array(z.string().min(1).max(64)).min(1).max(50);

export const ruleSchema = z.strictObject({
  id: z
    .string()
    .max(64)
    .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'an id is kebab-case: small letters, digits, single dashes'),
  title: textSchema,
  severity: z.enum(SEVERITIES),
  points: z.number().min(-1000).max(1000).default(0),
  tags: z.array(z.string().min(1).max(64)).max(20).default([]),
  topic: label.optional(),
  roles: roles.default(['customer', 'agent']),
  on: z.enum(['final', 'partial']).default('final'),
  only: z
    .strictObject({
      channels: z.array(z.enum(CHANNELS)).min(1).optional(),
      businessLines: labels.optional(),
      queues: labels.optional(),
      skillGroups: labels.optional(),
    })
    .optional(),
  scope: scopeSchema.optional(),
  when: conditionSchema,
  unless: unlessSchema.optional(),
  prompt: z.strictObject({ what: textSchema, say: z.array(textSchema).max(3).default([]), next: textSchema }),
  source: line.optional(),
  examples: z
    .strictObject({
      hit: z.array(exampleSchema).max(100).default([]),
      miss: z.array(exampleSchema).max(100).default([]),
    })
    .default({ hit: [], miss: [] }),
});

export const fileSchema = z.strictObject({ rules: z.array(ruleSchema).max(10_000) });

export type Text = z.infer<typeof textSchema>;
export type PhraseEntry = z.infer<typeof phrase>;
export type PhrasesEntry = z.infer<typeof phrasesSchema>;
export type Scope = z.infer<typeof scopeSchema>;
export type UnlessEntry = z.infer<typeof unlessSchema>;
export type Example = z.infer<typeof exampleSchema>;
export type RuleEntry = z.infer<typeof ruleSchema>;

/** For editors: `# yaml-language-server: $schema=…`. */
export function ruleLanguageJsonSchema(): unknown {
  return z.toJSONSchema(fileSchema, { io: 'input' });
}
