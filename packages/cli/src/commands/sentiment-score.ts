import type { SentimentScores } from '@earshot/model';
import { createScorer, loadShippedModel } from '@earshot/sentiment';
import { badInput } from '../failure.js';
import { type Line, readLines } from '../replay/lines.js';
import type { CommandContext, Outcome } from './context.js';

export interface ScoreOptions {
  json?: boolean;
}

/** Line in, line out. With `json` each input line comes back whole, the scores added; else scores and text in columns. */
export async function sentimentScore(file: string, options: ScoreOptions, { out }: CommandContext): Outcome {
  const scorer = createScorer(loadShippedModel());
  for await (const line of readLines(file)) {
    const said = saidIn(line, file);
    const scores = scorer.score(said.text);
    await out(options.json ? JSON.stringify({ ...said, ...scores }) : inColumns(scores, said.text));
  }
  return 0;
}

function saidIn({ text, number }: Line, file: string): { text: string } {
  let raw: unknown;
  try {
    raw = JSON.parse(text);
  } catch {
    throw badInput('not-json', file, number);
  }
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) throw badInput('not-an-object', file, number);
  if (!hasText(raw)) throw badInput('text-missing', file, number);
  return raw;
}

function hasText(raw: object): raw is { text: string } {
  return 'text' in raw && typeof raw.text === 'string';
}

function inColumns({ negative, neutral, positive, anger, offensive }: SentimentScores, text: string): string {
  const columns = [negative, neutral, positive, anger, offensive].map((score) => score.toFixed(3));
  return `${columns.join(' ')}  ${text.replace(/\s+/g, ' ')}`;
}
