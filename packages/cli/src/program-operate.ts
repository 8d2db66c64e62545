import { DEFAULT_PARTITIONS } from '@earshot/process/topics';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { addKafkaOptions } from './cluster/kafka-options.js';
import type { CommandContext, Outcome } from './commands/context.js';
import { deadLettersList, deadLettersShow } from './commands/dead-letters.js';
import { deadLettersDrop, deadLettersReplay } from './commands/dead-letters-handle.js';
import { doctor } from './commands/doctor.js';
import { readSince } from './commands/spell.js';
import { topicsCreate } from './commands/topics-create.js';
import { topicsLag } from './commands/topics-lag.js';
import { topicsList } from './commands/topics-list.js';
import { topicsTail } from './commands/topics-tail.js';
import { sentence, type Word } from './words/words.js';

const PORT = 8700;

export interface OperatingParts {
  context: CommandContext;
  say(word: Word): string;
  /** Adds the options that say which instance is asked. */
  at(command: Command): Command;
  json(): Option;
  end(outcome: Outcome): Promise<void>;
  wholeNumber(text: string): number;
}

/** What whoever runs an installation needs: the log, what it could not use, and a look at all that it stands on. */
export function addOperating(program: Command, parts: OperatingParts): void {
  addTopics(program, parts);
  addDeadLetters(program, parts);
  addDoctor(program, parts);
}

function addTopics(program: Command, { context, say, at, json, end, wholeNumber }: OperatingParts): void {
  const topics = program.command('topics').description(say('help-topics'));
  at(topics.command('list').description(say('help-topics-list')))
    .addOption(json())
    .action((options) => end(topicsList(options, context)));
  at(topics.command('lag').description(say('help-lag')))
    .addOption(json())
    .action((options) => end(topicsLag(options, context)));
  const create = topics
    .command('create')
    .description(say('help-create'))
    .requiredOption('--brokers <addresses>', say('help-brokers'));
  addKafkaOptions(create, say)
    .option('--partitions <count>', say('help-partitions'), wholeNumber, DEFAULT_PARTITIONS)
    .option('--copies <count>', say('help-copies'), wholeNumber, 3)
    .option('--in-sync <count>', say('help-in-sync'), wholeNumber, 2)
    .option('--namespace <text>', say('help-namespace'), '')
    .addOption(json())
    .action((options) => end(topicsCreate(options, context)));
  at(topics.command('tail <topic>').description(say('help-tail')))
    .option('--from <offset>', say('help-from'), wholeNumber)
    .option('--limit <count>', say('help-limit'), wholeNumber, 100)
    .option('--partition <number>', say('help-partition'), wholeNumber)
    .option('--follow', say('help-follow'))
    .action((topic, options) => end(topicsTail(topic, options, context)));
}

function addDeadLetters(program: Command, { context, say, at, json, end, wholeNumber }: OperatingParts): void {
  const letters = program.command('dead-letters').description(say('help-dead-letters'));
  const filtered = (command: Command) =>
    at(command)
      .option('--topic <topic>', say('help-letters-topic'))
      .option('--code <reason>', say('help-letters-code'))
      .option('--since <time>', say('help-letters-since'), since);
  filtered(letters.command('list').description(say('help-letters-list')))
    .option('--handled', say('help-letters-handled'))
    .option('--limit <count>', say('help-letters-limit'), wholeNumber, 100)
    .addOption(json())
    .action((options) => end(deadLettersList(options, context)));
  at(letters.command('show <id>').description(say('help-letters-show')))
    .option('--text', say('help-letters-text'))
    .addOption(json())
    .action((id, options) => end(deadLettersShow(id, options, context)));
  filtered(letters.command('replay [ids...]').description(say('help-letters-replay')))
    .option('--all', say('help-replay-all'))
    .option('--again', say('help-replay-again'))
    .option('--dry-run', say('help-dry-run'))
    .option('--why <text>', say('help-why'))
    .addOption(json())
    .action((ids, options) => end(deadLettersReplay(ids, options, context)));
  at(letters.command('drop <ids...>').description(say('help-letters-drop')))
    .option('--why <text>', say('help-why'))
    .addOption(json())
    .action((ids, options) => end(deadLettersDrop(ids, options, context)));

  function since(text: string): number {
    const atMs = readSince(text, Date.now());
    if (atMs === undefined) throw new InvalidArgumentError(sentence(context.lang, 'since-invalid', { place: text }));
    return atMs;
  }
}

function addDoctor(program: Command, { context, say, json, end, wholeNumber }: OperatingParts): void {
  const command = program
    .command('doctor')
    .description(say('help-doctor'))
    .addOption(new Option('--data-dir <dir>', say('help-data-dir')).default('.earshot'))
    .option('--port <number>', say('help-port'), wholeNumber, PORT)
    .option('--brokers <addresses>', say('help-doctor-brokers'));
  addKafkaOptions(command, say)
    .option('--partitions <count>', say('help-partitions'), wholeNumber)
    .option('--in-sync <count>', say('help-in-sync'), wholeNumber)
    .option('--namespace <text>', say('help-namespace'), '')
    .option('--redis-url <url>', say('help-redis-url'))
    .option('--redis-password-file <file>', say('help-redis-password-file'))
    .option('--clickhouse-url <url>', say('help-clickhouse-url'))
    .option('--clickhouse-user <name>', say('help-clickhouse-user'), 'earshot')
    .option('--clickhouse-password-file <file>', say('help-clickhouse-password-file'))
    .addOption(json())
    .action((options) => end(doctor(options, context)));
}
