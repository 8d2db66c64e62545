import { describeFailure, exitCodeOf } from '@earshot/kit';
import { EarshotError } from '@earshot/model';
import { CommanderError } from 'commander';
import type { CommandContext } from './commands/context.js';
import { makeProgram } from './program.js';
import { chooseLang, type Lang } from './words/lang.js';
import { isWord, sentence } from './words/words.js';

export type CliHost = Omit<CommandContext, 'lang'>;

/** Runs one command line (without program and script) to its exit code; never throws. */
export async function runCli(args: readonly string[], host: CliHost): Promise<number> {
  const lang = chooseLang(args, host.env);
  let code = 0;
  const program = makeProgram({ ...host, lang }, (ended) => {
    code = ended;
  });
  const said: string[] = [];
  configureOutput(program, (text) => said.push(text), host);
  try {
    await program.parseAsync([...args], { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    host.err(explain(error, lang));
    return exitCodeOf(error);
  } finally {
    for (const text of said) await host.out(text.replace(/\n$/, ''));
  }
}

/** Help goes where answers go, complaints where complaints go, for every command below as well. */
function configureOutput(program: ReturnType<typeof makeProgram>, help: (text: string) => void, host: CliHost): void {
  for (const command of [program, ...program.commands, ...program.commands.flatMap(({ commands }) => commands)]) {
    command.exitOverride();
    command.configureOutput({ writeOut: help, writeErr: (text) => host.err(text.replace(/\n$/, '')) });
  }
}

/** Words of the catalogue where it knows the code; else what the part itself says. */
function explain(error: unknown, lang: Lang): string {
  if (!(error instanceof EarshotError)) return sentence(lang, 'unexpected', { message: describeFailure(error) });
  return isWord(error.code)
    ? sentence(lang, error.code, { message: error.message, ...error.detail })
    : describeFailure(error);
}
