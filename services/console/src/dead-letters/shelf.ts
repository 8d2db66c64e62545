import type { Log, LogRecord } from '@earshot/log';
import { type DeadLetter, type DeadLetterMark, EarshotError } from '@earshot/model';
import { decodeDeadLetter, TOPICS } from '@earshot/wire';

/** A dead letter without its bytes. */
export interface Letter extends Omit<DeadLetter, 'value' | 'mark'> {
  /** How many there are. */
  bytes: number;
  /** Log time at which it was set aside; `atMs` is that of the record itself. */
  setAsideMs: number;
  /** Where it lies itself, among the dead letters, and under which key. */
  place: { partition: number; offset: number; key: string };
  state: 'open' | DeadLetterMark['action'];
  /** What people did about it, oldest first. */
  marks: DeadLetterMark[];
  /** The letter whose bytes were put back, and failed again as this one. */
  replayOf?: string;
}

export interface Shelf {
  /** As they lie, partition after partition. */
  letters: Letter[];
  /** The next offset of each partition, as far as was read. */
  ends: number[];
  /** Records among the dead letters that are no dead letters. */
  unreadable: number;
}

const PAGE = 200;
/** More are not held at once. */
export const MOST_LETTERS = 200_000;

/**
 * Every letter that is `wanted`, with what became of it: all that the topic holds is read, because a mark may stand
 * anywhere behind its letter. Throws `too-many-dead-letters` rather than leaving some out.
 */
export async function readShelf(log: Log, wanted: (letter: Letter) => boolean): Promise<Shelf> {
  const fold = new ShelfFold(wanted);
  const ends: number[] = [];
  for (let partition = 0; partition < log.partitions(TOPICS.deadLetters); partition += 1) {
    const { first, next } = await log.bounds(TOPICS.deadLetters, partition);
    ends.push(next);
    for (let at = first; at < next; ) {
      const records = await log.read(TOPICS.deadLetters, partition, at, PAGE);
      for (const record of records) fold.take(record);
      at = (records.at(-1)?.offset ?? next) + 1;
    }
  }
  return { letters: fold.letters(), ends, unreadable: fold.unreadable };
}

/** The bytes of a letter, and its headers, as they were set aside. */
export async function readContent(log: Log, { id, place }: Letter): Promise<Pick<DeadLetter, 'value' | 'headers'>> {
  const [record] = await log.read(TOPICS.deadLetters, place.partition, place.offset, 1);
  const letter = record && record.offset === place.offset ? decodeDeadLetter(record.value) : undefined;
  if (letter?.id !== id)
    throw new EarshotError('dead-letter-unknown', 'the log does not hold this dead letter any more');
  return letter;
}

/** Letters and marks as they come; a mark stands behind its letter, in the same partition. */
export class ShelfFold {
  unreadable = 0;
  private readonly held = new Map<string, Letter>();
  /** Where bytes were put back to → the letter that they came from. */
  private readonly replays = new Map<string, string>();

  constructor(private readonly wanted: (letter: Letter) => boolean) {}

  take(record: LogRecord): void {
    let letter: DeadLetter;
    try {
      letter = decodeDeadLetter(record.value);
    } catch {
      this.unreadable += 1;
      return;
    }
    if (letter.mark) this.mark(letter, letter.mark);
    else this.shelve(letter, record);
    if (this.held.size + this.replays.size <= MOST_LETTERS) return;
    const message = `more than ${MOST_LETTERS} dead letters: narrow them by topic, code or since`;
    throw new EarshotError('too-many-dead-letters', message);
  }

  letters(): Letter[] {
    return [...this.held.values()].map((letter) => {
      const replayOf = this.replays.get(placeOf(letter, letter.offset));
      return replayOf === undefined ? letter : { ...letter, replayOf };
    });
  }

  private shelve({ value, mark: _, ...about }: DeadLetter, { partition, offset, key, timestampMs }: LogRecord): void {
    // A log may hold an entry twice, and two services may set aside the same record: one letter.
    if (this.held.has(about.id)) return;
    const place = { partition, offset, key };
    const letter: Letter = {
      ...about,
      bytes: value.length,
      setAsideMs: timestampMs,
      place,
      state: 'open',
      marks: [],
    };
    if (this.wanted(letter)) this.held.set(letter.id, letter);
  }

  private mark(letter: DeadLetter, mark: DeadLetterMark): void {
    if (mark.action === 'replayed') this.replays.set(placeOf(letter, mark.replayedTo), letter.id);
    const held = this.held.get(letter.id);
    if (!held || held.marks.some((one) => isSame(one, mark))) return;
    held.marks.push(mark);
    held.state = mark.action;
  }
}

function placeOf({ topic, partition }: Pick<DeadLetter, 'topic' | 'partition'>, offset: number): string {
  return `${topic}/${partition}/${offset}`;
}

/** The log holds the mark twice. */
function isSame(a: DeadLetterMark, b: DeadLetterMark): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
