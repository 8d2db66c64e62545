import { CALL_STEPS, CHANNELS, EarshotError, PARTICIPANT_ROLES } from '@earshot/model';
import { parse } from 'yaml';
import { z } from 'zod';
import type { Expectation, Scenario, Step } from './types.js';

const seconds = z.number().min(0).max(36_000);
const place = z.enum(['desk', 'wall']).default('desk');
const window = z.tuple([seconds, seconds]);

const stepSchema = z.strictObject({
  at: seconds,
  say: z.string().optional(),
  by: z.enum(PARTICIPANT_ROLES).optional(),
  partials: z.array(z.string()).default([]),
  seconds: seconds.optional(),
  call: z.enum(CALL_STEPS).optional(),
  end: z.literal(true).optional(),
});

const expectationSchema = z.strictObject({
  between: window.optional(),
  shows: z.string().optional(),
  retracts: z.string().optional(),
  never: z.string().optional(),
  on: place,
});

const scenarioSchema = z.strictObject({
  name: z.string().min(1),
  language: z.string().default('zh'),
  conversation: z.strictObject({
    id: z.string().min(1),
    channel: z.enum(CHANNELS).default('voice'),
    skillGroup: z.string().optional(),
    queue: z.string().optional(),
    businessLine: z.string().optional(),
    externalIds: z.record(z.string(), z.string()).default({}),
    customerKey: z.string().optional(),
  }),
  agent: z.strictObject({ participantId: z.string().default('agent'), staffNumber: z.string() }),
  timeline: z.array(stepSchema).min(1),
  expect: z.array(expectationSchema).default([]),
});

/** Reads a scenario file. Throws `scenario-invalid` with every fault. */
export function parseScenario(yaml: string): Scenario {
  const parsed = scenarioSchema.safeParse(parse(yaml));
  if (!parsed.success) throw invalid(z.prettifyError(parsed.error));
  const { timeline, expect, ...rest } = parsed.data;
  const ordered = timeline.sort((a, b) => a.at - b.at);
  const steps = ordered.map((step, i) => toStep(step, ordered[i - 1]?.at ?? 0));
  return { ...rest, steps, expectations: expect.map(toExpectation) };
}

/** People take turns: what has no length of its own begins when the step before it has ended. */
function toStep(step: z.output<typeof stepSchema>, beforeAt: number): Step {
  const { at, say, by, call, end, partials } = step;
  if (say !== undefined && by)
    return { at, kind: 'say', role: by, text: say, partials, seconds: step.seconds ?? lengthOf(say, at - beforeAt) };
  if (call) return { at, kind: 'call', step: call };
  if (end) return { at, kind: 'end' };
  throw invalid(`at ${at}: needs "say" and "by", or "call", or "end"`);
}

function toExpectation({ between, shows, retracts, never, on }: z.output<typeof expectationSchema>): Expectation {
  if (never !== undefined) return { kind: 'never', where: on, rule: never };
  const rule = shows ?? retracts;
  if (rule === undefined || !between)
    throw invalid('an expectation needs "never", or "between" and "shows" or "retracts"');
  return { kind: shows === undefined ? 'retracts' : 'shows', where: on, rule, from: between[0], to: between[1] };
}

/** A quarter of a second a character, at most six seconds and what there is room for. */
function lengthOf(text: string, room: number): number {
  return Math.min(6, [...text].length * 0.25, room);
}

function invalid(message: string): EarshotError {
  return new EarshotError('scenario-invalid', `the scenario cannot be read: ${message}`, { detail: { exitCode: 2 } });
}
