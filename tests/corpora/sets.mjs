// The conversations that the shipped rules are measured on, for the gate beside this file and scripts/corpora-report.mjs.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/**
 * @typedef {object} Turn
 * @property {'agent' | 'customer'} role
 * @property {string} text
 * @property {number} [offsetMs]
 * @property {number} [durationMs]
 *
 * @typedef {object} Conversation a line of the files; labels as the set's README says
 * @property {string} id
 * @property {'voice' | 'chat'} channel
 * @property {Turn[]} turns
 * @property {{ fraud?: boolean, fraudReport?: boolean, rule?: string, round?: number }} labels
 *
 * @typedef {'fraud' | 'ordinary' | 'crosswoz' | 'star' | 'honest' | 'service' | 'risky'} SetName
 */

/** @param {string} path */
const here = (path) => fileURLToPath(new URL(path, import.meta.url));

/** Folder with the one rule that anybody would try first. */
export const FIVE_WORDS = here('five-words');

/** @type {Record<SetName, { file: string, title: string, keep?: (conversation: Conversation) => boolean }>} */
export const SETS = {
  fraud: {
    file: here('teleantifraud_zh/conversations.jsonl'),
    title: 'teleantifraud_zh, fraud',
    keep: ({ labels }) => labels.fraud === true,
  },
  ordinary: {
    file: here('teleantifraud_zh/conversations.jsonl'),
    title: 'teleantifraud_zh, ordinary',
    keep: ({ labels }) => labels.fraud === false,
  },
  crosswoz: { file: here('crosswoz_zh/conversations.jsonl'), title: 'crosswoz_zh' },
  star: { file: here('star_en/conversations.jsonl'), title: 'star_en' },
  honest: { file: here('honest-bank-calls.jsonl'), title: 'honest-bank-calls' },
  service: { file: here('honest-service-calls.jsonl'), title: 'honest-service-calls' },
  risky: { file: here('risky-service-calls.jsonl'), title: 'risky-service-calls' },
};

/**
 * @param {SetName} name
 * @returns {Conversation[]}
 */
export function readSet(name) {
  const { file, keep = () => true } = SETS[name];
  const lines = readFileSync(file, 'utf8').split('\n');
  return lines.flatMap((line) => (line === '' ? [] : [JSON.parse(line)])).filter(keep);
}

/** Its text by file name, as `compileRuleSet` takes them. */
export const fiveWords = () => ({ 'five-words.yaml': readFileSync(`${FIVE_WORDS}/five-words.yaml`, 'utf8') });

/**
 * The half of the fraud calls that was not read while rules were written, by the last digit of the id.
 * @param {Conversation} conversation
 */
export const heldOut = ({ id }) => Number.parseInt(id.slice(-1), 16) % 2 === 1;

/** Talk in which nobody cheats and nobody reports that he was cheated. */
export const ordinaryTalk = () => [
  ...readSet('ordinary'),
  ...readSet('crosswoz'),
  ...readSet('star').filter(({ labels }) => labels.fraudReport !== true),
];

/**
 * As a line hears it that records the customer alone.
 * @param {Conversation[]} conversations
 * @returns {Conversation[]}
 */
export const customerWords = (conversations) =>
  conversations.map((one) => ({ ...one, turns: one.turns.filter(({ role }) => role === 'customer') }));
