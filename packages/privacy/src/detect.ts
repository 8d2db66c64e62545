import { BARRIER_CHAR, classes, HAN_DIGIT } from './characters.js';
import { ContextTracker } from './context-tracker.js';
import { fold } from './fold.js';
import { judgeRun } from './judge-run.js';
import { findPatterns } from './patterns.js';
import { findRuns } from './runs.js';
import { ENGLISH_DIGITS } from './spoken.js';
import type { Detection, LegState } from './types.js';

export interface Detected {
  detections: Detection[];
  /** Worked out on demand: most callers keep no state. */
  state(): LegState;
}

/** Everything to mask in a text, in original offsets, ascending; linear in the text's length. */
export function detect(text: string, before?: LegState): Detected {
  if (!worthReading(text, before)) return { detections: [], state: () => quietState(text, before) };

  const folded = fold(text);
  const patterns = findPatterns(folded.text);
  const { runs, pure } = findRuns(folded.text, patterns);
  const tracker = new ContextTracker(folded.text, before?.context);
  const detections: Detection[] = [];
  const continuesAt = (from: number) =>
    before?.openDigits === true && from <= 12 && findRuns(folded.text.slice(0, from), []).pure;
  let pattern = 0;
  const keep = (from: number, to: number, type: Detection['type'], value: string) => {
    tracker.masked(from, to);
    detections.push({ start: folded.start(from), end: folded.end(to), type, value });
  };
  const keepPatternsBefore = (limit: number) => {
    for (let next = patterns[pattern]; next && next.from < limit; next = patterns[++pattern]) {
      keep(next.from, next.to, next.type, next.value);
    }
  };
  for (const [index, run] of runs.entries()) {
    keepPatternsBefore(run[0]?.from ?? 0);
    const floor = detections.length > 0 ? tracker.lastMaskedEnd : 0;
    // A secret of letters and digits may have taken the first groups with it.
    const rest = (run[0]?.from ?? 0) < floor ? run.filter((group) => group.from >= floor) : run;
    const situation = { text: folded.text, pure, continues: index === 0 && continuesAt(run[0]?.from ?? 0), floor };
    for (const found of judgeRun(rest, situation, tracker)) keep(found.from, found.to, found.type, found.value);
  }
  keepPatternsBefore(folded.text.length + 1);

  const endState = () => {
    const context = tracker.contextAtEnd();
    const last = runs.at(-1)?.at(-1);
    const tail = last ? folded.text.slice(last.to) : undefined;
    // Digits that were explained (a price, a time) are not the beginning of anything.
    const unfinished =
      last !== undefined && (tracker.lastMaskedEnd >= last.to || (context !== undefined && context !== 'order'));
    const openDigits = unfinished && tail !== undefined && tail.length <= 12 && findRuns(tail, []).pure;
    return state(context, openDigits);
  };
  return { detections, state: endState };
}

function state(context: LegState['context'], openDigits: boolean): LegState {
  return context ? { context, openDigits } : { openDigits };
}

/** What follows of a text without anything to mask: a question may still have been asked. */
function quietState(text: string, before: LegState | undefined): LegState {
  return state(new ContextTracker(text, before?.context).contextAtEnd(), false);
}

/** Words that announce a secret of letters and few digits. */
const SECRET_HINT = /码|碼|口令|护照|pass|pin|code|secret/i;

/** Fewer than three digits in any form, no address sign: nothing here can be personal data of a kind we know. */
function worthReading(text: string, before: LegState | undefined): boolean {
  const table = classes();
  const enough = before?.openDigits ? 1 : 3;
  let digits = 0;
  let latin = false;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    const kind = table[unit] ?? 0;
    if (kind < HAN_DIGIT + 10) {
      if (++digits >= enough) return true;
    } else if (unit < 0x80) {
      if (unit === 0x40) return true;
      latin ||= unit >= 0x41;
    } else if (unit === 0x827e || unit === 0x5708 || unit === 0x8001) {
      if (text.startsWith('艾特', i) || text.startsWith('圈', i) || text.startsWith('老鼠', i)) return true;
    } else if (isDisguise(unit)) return true;
  }
  if (digits > 0 && latin && SECRET_HINT.test(text)) return true;
  return latin && (ENGLISH_DIGITS.test(text) || / at .* dot /i.test(text));
}

/** Units that fold may turn into digits, letters or nothing. */
function isDisguise(unit: number): boolean {
  if (unit >= 0x4e00 && unit <= 0x9fff) return false;
  if (unit >= 0xff10) return unit <= 0xff19 || (unit >= 0xff20 && unit <= 0xff3a) || (unit >= 0xff41 && unit <= 0xff5a);
  return unit >= 0xd800
    ? unit <= 0xdfff || unit === BARRIER_CHAR.charCodeAt(0)
    : unit < 0x2000
      ? unit > 0x2ff
      : unit >= 0x2070 && unit < 0x2800;
}
