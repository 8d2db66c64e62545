import { EarshotError } from '@earshot/model';
import { z } from 'zod';
import type { ParamValue, Warehouse } from '../port.js';

/** Whoever can be asked: the warehouse itself, or a stand-in that waits until it is open. */
export type Answerer = Pick<Warehouse, 'query'>;

const DAY_MS = 86_400_000;

/** Half-open, epoch ms. No question is asked of all time: at most 400 days. */
export const TimeRange = z
  .object({ fromMs: z.int().nonnegative(), toMs: z.int().nonnegative() })
  .refine(({ fromMs, toMs }) => fromMs < toMs, { message: 'fromMs must be before toMs' })
  .refine(({ fromMs, toMs }) => toMs - fromMs <= 400 * DAY_MS, { message: 'at most 400 days' });

export const Tenant = z.string().min(1).max(200);

/** IANA name, e.g. `Asia/Shanghai`. */
export const TimeZone = z.string().refine(isTimeZone, { message: 'no time zone of that name' });

/** 64-bit integers come as decimal strings. */
export const Count = z.coerce.number().int().nonnegative();

/** A question with its shapes: what goes in is checked, and so is what comes out. */
export async function ask<Params extends z.ZodType, Row extends z.ZodType>(
  warehouse: Answerer,
  question: {
    name: string;
    sql: string;
    params: Params;
    row: Row;
    bind(params: z.output<Params>): Record<string, ParamValue>;
  },
  given: z.input<Params>,
): Promise<z.output<Row>[]> {
  const checked = question.params.safeParse(given);
  if (!checked.success) {
    const fields = checked.error.issues.map((issue) => issue.path.join('.') || 'parameters').join(', ');
    throw new EarshotError('invalid', `Not a valid question: ${fields}.`, {
      detail: { question: question.name, fields },
    });
  }
  const rows = await warehouse.query({ name: question.name, sql: question.sql, params: question.bind(checked.data) });
  const answer = z.array(question.row).safeParse(rows);
  // The faults of an answer could quote it.
  if (!answer.success) throw new EarshotError('warehouse-failed', `The answer to ${question.name} has another shape.`);
  return answer.data;
}

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}
