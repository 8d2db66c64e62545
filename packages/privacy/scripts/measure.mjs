// Recall and masked turns on files of one's own, after `npm run build` at the root:
//   node scripts/measure.mjs FILE.jsonl
// Lines are {text, spans: [{type, start, end}]} (recall by labelled type) or {turns: [{text}]} (what was masked).
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { findPersonalData } from '../dist/index.js';

const labelled = {};
const masked = {};
const unlabelled = {};
let turns = 0;
let touched = 0;
for await (const line of createInterface({ input: createReadStream(process.argv[2]) })) {
  if (line.trim() === '') continue;
  const entry = JSON.parse(line);
  for (const { text } of entry.turns ?? [entry]) {
    const found = findPersonalData(text);
    turns++;
    if (found.length > 0) touched++;
    for (const { type } of found) masked[type] = (masked[type] ?? 0) + 1;
    if (entry.spans) score(entry.spans, found);
  }
}
console.table(labelled);
console.log({ texts: turns, withMask: touched, masked, onUnlabelledText: unlabelled });

function score(spans, found) {
  const overlap = (a, b) => Math.max(0, Math.min(a.end, b.end) - Math.max(a.start, b.start));
  for (const span of spans) {
    labelled[span.type] ??= { labelled: 0, covered: 0 };
    const row = labelled[span.type];
    row.labelled++;
    // An opening bracket or a plus sign before the number may stay.
    const covered = found.reduce((sum, other) => sum + overlap(span, other), 0);
    if (covered >= 0.9 * (span.end - span.start)) row.covered++;
  }
  for (const other of found) {
    if (!spans.some((span) => overlap(span, other) > 0)) unlabelled[other.type] = (unlabelled[other.type] ?? 0) + 1;
  }
}
