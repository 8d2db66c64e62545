import { Command, InvalidArgumentError, Option } from 'commander';
import type { CommandContext, Outcome } from './commands/context.js';
import { keysNew } from './commands/keys-new.js';
import { privacyMask } from './commands/privacy-mask.js';
import { replay, speedOf } from './commands/replay.js';
import { rulesLint } from './commands/rules-lint.js';
import { rulesList, rulesPublish, rulesRollback } from './commands/rules-publish.js';
import { rulesTest } from './commands/rules-test.js';
import { sentimentScore } from './commands/sentiment-score.js';
import { signIn } from './commands/sign-in.js';
import { sql } from './commands/sql.js';
import { start } from './commands/start.js';
import { addOperating } from './program-operate.js';
import { LANGS } from './words/lang.js';
import { sentence, type Word } from './words/words.js';

const DATA_DIR = '.earshot';

/** The command tree; `done` gets the exit code of whichever command ran. */
export function makeProgram(context: CommandContext, done: (code: number) => void): Command {
  const say = (word: Word) => sentence(context.lang, word);
  const dataDir = () => new Option('--data-dir <dir>', say('help-data-dir')).default(DATA_DIR);
  /** Which instance is asked: the one of a data folder, or one on another machine. */
  const at = (command: Command) =>
    command
      .addOption(dataDir())
      .option('--console <address>', say('help-console'))
      .option('--token-file <file>', say('help-token-file'));
  const json = () => new Option('--json', say('help-json'));
  const end = async (outcome: Outcome) => done(await outcome);

  const program = new Command('earshot')
    .description(say('program'))
    .addOption(new Option('--lang <lang>', say('help-lang')).choices(LANGS))
    .exitOverride()
    .showSuggestionAfterError();

  program
    .command('start')
    .description(say('help-start'))
    .allowUnknownOption()
    .allowExcessArguments()
    .action(async (_options, command: Command) => done(await start([...command.args, '--lang', context.lang])));

  program
    .command('replay <file>')
    .description(say('help-replay'))
    .addOption(dataDir())
    .addOption(json())
    .option('--speed <speed>', say('help-speed'), speed, 'max' as const)
    .option('--to <address>', say('help-to'))
    .option('--rules <dir>', say('help-replay-rules'))
    .option('--ca-file <file>', say('help-ca-file'))
    .option('--cert-file <file>', say('help-cert-file'))
    .option('--key-file <file>', say('help-key-file'))
    .action(async (file, options) => done(await replay({ ...options, file, json: options.json === true }, context)));

  at(program.command('sign-in <staff>').description(say('help-sign-in'))).action((staff, options) =>
    end(signIn(staff, options, context)),
  );

  program
    .command('keys')
    .description(say('help-keys'))
    .command('new <id>')
    .description(say('help-keys-new'))
    .action((id) => end(keysNew(keyId(id), context)));

  program
    .command('privacy')
    .description(say('help-privacy'))
    .command('mask <file>')
    .description(say('help-mask'))
    .option('--json', say('help-mask-json'))
    .option('--key-file <file>', say('help-mask-key'))
    .action((file, options) => end(privacyMask(file, options, context)));

  const rules = program.command('rules').description(say('help-rules'));
  rules
    .command('lint <path>')
    .description(say('help-lint'))
    .addOption(json())
    .action((path, options) => end(rulesLint(path, options, context)));
  rules
    .command('test <path>')
    .description(say('help-rules-test'))
    .addOption(json())
    .action((path, options) => end(rulesTest(path, options, context)));
  at(rules.command('publish <path>').description(say('help-publish')))
    .option('--why <text>', say('help-why'))
    .option('--running', say('help-running'))
    .option('--only', say('help-only'))
    .addOption(json())
    .action((path, options) => end(rulesPublish(path, options, context)));
  at(rules.command('rollback [hash]').description(say('help-rollback')))
    .option('--why <text>', say('help-why'))
    .addOption(json())
    .action((hash, options) => end(rulesRollback(hash, options, context)));
  at(rules.command('list').description(say('help-rules-list')))
    .addOption(json())
    .action((options) => end(rulesList(options, context)));

  program
    .command('sentiment')
    .description(say('help-sentiment'))
    .command('score <file>')
    .description(say('help-score'))
    .option('--json', say('help-score-json'))
    .action((file, options) => end(sentimentScore(file, options, context)));

  at(program.command('sql <text>').description(say('help-sql')))
    .addOption(json())
    .action((text, options) => end(sql(text, options, context)));

  addOperating(program, { context, say, at, json, end, wholeNumber });

  return program;

  function keyId(text: string): string {
    if (/^[A-Za-z0-9.-]{1,32}$/.test(text)) return text;
    throw new InvalidArgumentError(sentence(context.lang, 'key-id-invalid', { place: text }));
  }

  function speed(text: string): 'max' | number {
    const read = speedOf(text);
    if (read === undefined) throw new InvalidArgumentError(sentence(context.lang, 'speed-invalid', { place: text }));
    return read;
  }

  function wholeNumber(text: string): number {
    if (!/^\d{1,15}$/.test(text))
      throw new InvalidArgumentError(sentence(context.lang, 'number-invalid', { place: text }));
    return Number(text);
  }
}
