import { createHash } from 'node:crypto';
import { isAboutTheRecord, type Log, LogErrorCode } from '@earshot/log';
import { type DeadLetterMark, EarshotError } from '@earshot/model';
import { encodeDeadLetter, TOPICS } from '@earshot/wire';
import { readable, withoutTexts } from '../log-view/readable.js';
import type { DropRequest, ListQuery, ReplayRequest } from './requests.js';
import { type Letter, readContent, readShelf } from './shelf.js';
import { tenantOfKey } from './tenant.js';

/** Who asks, and as far as whom; `tenant` absent: the operator, who sees all. */
export interface Caller {
  tenant?: string;
  by: string;
}

/** What became of one letter. `already`: somebody has done something about it before, and nothing was done now. */
export interface Handled {
  id: string;
  topic: string;
  partition: number;
  done: 'replayed' | 'dropped' | 'already' | 'refused';
  /** Replayed: where its bytes lie now. */
  offset?: number;
  /** Refused: why. */
  code?: string;
}

export interface DeadLetterOffice {
  /** The newest first, at most `limit`. */
  list(caller: Caller, query: ListQuery): Promise<{ letters: Letter[]; total: number; unreadable: number }>;
  /** One letter with its bytes as far as they are no text. Throws `dead-letter-unknown`, as all below. */
  show(caller: Caller, id: string): Promise<Letter & { sha256: string; unreadable?: string; content?: unknown }>;
  /** What it holds, texts and all: JSON, or hex where it cannot be read. */
  content(caller: Caller, id: string): Promise<{ id: string; content?: unknown; unreadable?: string; hex?: string }>;
  /** Puts bytes back where they came from: topic, partition, key. Who dies half-way leaves the rest open. */
  replay(caller: Caller, request: ReplayRequest): Promise<{ letters: Handled[] }>;
  /** Says that nothing more is to be done about them. */
  drop(caller: Caller, request: DropRequest): Promise<{ letters: Handled[] }>;
}

export function createDeadLetterOffice(log: Log): DeadLetterOffice {
  // One after the other: two people who replay the same letter at once would put it back twice.
  let turn: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const next = turn.then(work, work);
    turn = next.catch(() => undefined);
    return next;
  };

  const shelf = (caller: Caller, wanted: (letter: Letter) => boolean) =>
    readShelf(log, (letter) => isOf(letter, caller) && wanted(letter));

  async function named(caller: Caller, ids: readonly string[]): Promise<Letter[]> {
    const { letters } = await shelf(caller, ({ id }) => ids.includes(id));
    if (letters.length < new Set(ids).size)
      throw new EarshotError('dead-letter-unknown', 'there is no such dead letter');
    return letters;
  }

  async function one(caller: Caller, id: string): Promise<{ letter: Letter; bytes: Uint8Array }> {
    const [letter] = await named(caller, [id]);
    if (!letter) throw new EarshotError('dead-letter-unknown', 'there is no such dead letter');
    return { letter, bytes: (await readContent(log, letter)).value };
  }

  async function mark(letter: Letter, mark: DeadLetterMark): Promise<void> {
    const { id, topic, partition, offset, key, reason, atMs, place } = letter;
    const value = encodeDeadLetter({
      ...{ id, topic, partition, offset, key, reason, atMs, mark },
      value: new Uint8Array(0),
    });
    await log.append([{ topic: TOPICS.deadLetters, key: place.key, partition: place.partition, value }]);
  }

  async function putBack(letter: Letter, by: string, why: string): Promise<Handled> {
    const { id, topic, partition, key } = letter;
    if (letter.reason === 'spool-unreadable') return { id, topic, partition, done: 'refused', code: 'key-unknown' };
    const { value, headers } = await readContent(log, letter);
    const came = headers && { headers: new Map(Object.entries(headers)) };
    try {
      const [offset = -1] = await log.append([{ topic, partition, key, value, ...came }]);
      await mark(letter, { action: 'replayed', by, why, atMs: log.clock(), replayedTo: offset });
      return { id, topic, partition, done: 'replayed', offset };
    } catch (error) {
      if (!willNeverGo(error)) throw error;
      return { id, topic, partition, done: 'refused', code: error.code };
    }
  }

  return {
    async list(caller, { topic, code, since, handled, limit }) {
      const { letters, unreadable } = await shelf(
        caller,
        (letter) =>
          letter.setAsideMs >= since && (!code || letter.reason === code) && (!topic || letter.topic === topic),
      );
      const shown = letters.filter(({ state }) => handled || state === 'open');
      shown.sort((a, b) => b.setAsideMs - a.setAsideMs || b.place.offset - a.place.offset);
      return { letters: shown.slice(0, limit), total: shown.length, unreadable };
    },

    async show(caller, id) {
      const { letter, bytes } = await one(caller, id);
      const read = readable(letter.topic, bytes);
      const sha256 = createHash('sha256').update(bytes).digest('hex');
      return { ...letter, sha256, ...('value' in read ? { content: withoutTexts(read.value) } : read) };
    },

    async content(caller, id) {
      const { letter, bytes } = await one(caller, id);
      const read = readable(letter.topic, bytes);
      return 'value' in read ? { id, content: read.value } : { id, ...read, hex: Buffer.from(bytes).toString('hex') };
    },

    replay: (caller, { ids, again, why }) =>
      inTurn(async () => {
        const handled: Handled[] = [];
        for (const letter of inOrder(await named(caller, ids))) {
          const { id, topic, partition, state } = letter;
          const open = state === 'open' || again;
          handled.push(open ? await putBack(letter, caller.by, why) : { id, topic, partition, done: 'already' });
        }
        return { letters: handled };
      }),

    drop: (caller, { ids, why }) =>
      inTurn(async () => {
        const handled: Handled[] = [];
        for (const letter of await named(caller, ids)) {
          const { id, topic, partition, state } = letter;
          if (state === 'open') await mark(letter, { action: 'dropped', by: caller.by, why, atMs: log.clock() });
          handled.push({ id, topic, partition, done: state === 'open' ? 'dropped' : 'already' });
        }
        return { letters: handled };
      }),
  };
}

function isOf({ topic, place }: Letter, { tenant }: Caller): boolean {
  return tenant === undefined || tenantOfKey(topic, place.key) === tenant;
}

/** Records of one partition go back in the order that they had there. */
function inOrder(letters: readonly Letter[]): Letter[] {
  return [...letters].sort(
    (a, b) => a.topic.localeCompare(b.topic) || a.partition - b.partition || a.offset - b.offset || a.atMs - b.atMs,
  );
}

function willNeverGo(error: unknown): error is EarshotError {
  if (isAboutTheRecord(error)) return true;
  const codes: readonly string[] = [LogErrorCode.topicUnknown, LogErrorCode.partitionUnknown];
  return error instanceof EarshotError && codes.includes(error.code);
}
