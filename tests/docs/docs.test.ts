import { posix } from 'node:path';
import { describe, expect, test } from 'vitest';
import { makeProgram } from '../../packages/cli/src/program.js';
import { allDocs, blocksOf, headingLevels, inRepo, readDoc, relativeLinks } from './markdown.js';

const FRONT_DOORS = ['README.md', 'README.zh-CN.md'];
const scripts = Object.keys(JSON.parse(readDoc('package.json')).scripts as Record<string, string>);

/** `rules lint` and the like: every path through the command tree. */
function commandPaths(): string[] {
  const context = {
    lang: 'en',
    out: () => Promise.resolve(),
    err: () => undefined,
    stopping: new AbortController().signal,
  };
  const walk = (command: ReturnType<typeof makeProgram>, path: string): string[] =>
    command.commands.flatMap((child) => {
      const name = `${path}${child.name()}`;
      return child.commands.length === 0 ? [name] : walk(child as typeof command, `${name} `);
    });
  return walk(
    makeProgram(context as never, () => undefined),
    '',
  );
}

/** Commands of a page: lines of shell blocks and what stands in code marks. */
function commandsOf(markdown: string): string[] {
  const lines = blocksOf(markdown).flatMap(({ language, text }) => (language === 'sh' ? text.split('\n') : []));
  const marked = [...markdown.matchAll(/`((?:npm|npx|node|pnpm|\.\/earshot) [^`\n]+)`/g)].map(([, text = '']) => text);
  return [...lines, ...marked].flatMap((line) => line.replace(/\s+#.*$/, '').split(' && ')).map((line) => line.trim());
}

/** Undefined: fine, or nothing that can be looked up. */
function faultOf(command: string): string | undefined {
  const [program, first = '', second = ''] = command.split(/\s+/);
  if (program === 'npm' || program === 'pnpm') {
    const script = first === 'run' ? second : first;
    return script === 'install' || scripts.includes(script) ? undefined : `package.json has no script ${script}`;
  }
  if (program === './earshot') {
    const known = commandPaths().some((path) => `${first} ${second}`.startsWith(path));
    return known || first.startsWith('-') ? undefined : 'the command line does not know it';
  }
  if (program === 'node') {
    const source = first.replace(/\/dist\/example-(\w+)\.js$/, '/examples/$1.ts').replace('/dist/', '/src/');
    return inRepo(first) || inRepo(source) ? undefined : `there is no ${first}`;
  }
  return undefined;
}

describe.each([...FRONT_DOORS, 'CONTRIBUTING.md'])('%s', (path) => {
  test('names only commands that exist', () => {
    const commands = commandsOf(readDoc(path));
    expect(commands.length).toBeGreaterThan(5);
    expect(commands.flatMap((command) => faultOf(command) ?? [])).toEqual([]);
  });
});

test('a command that does not exist would be found', () => {
  const wrong = ['npm run nothing', './earshot nothing', 'node scripts/nothing.mjs'];
  expect(wrong.map(faultOf).filter((fault) => fault !== undefined)).toHaveLength(wrong.length);
});

test.each(FRONT_DOORS)('%s gives npm test as the test command', (path) => {
  const whole = blocksOf(readDoc(path)).map(({ text }) => text.trim());
  expect(whole).toContain('npm test');
});

test('both front doors have the same headings', () => {
  const [english, chinese] = FRONT_DOORS.map((path) => headingLevels(readDoc(path)));
  expect(english!.length).toBeGreaterThan(8);
  expect(chinese).toEqual(english);
});

test('both front doors show the same rule and the same figures', () => {
  const [english = '', chinese = ''] = FRONT_DOORS.map(readDoc);
  const rules = [english, chinese].map((text) => blocksOf(text).filter(({ language }) => language === 'yaml'));
  expect(rules[0]).toHaveLength(1);
  expect(rules[1]).toEqual(rules[0]);
  const figures = [english, chinese].map((text) => [
    ...text.matchAll(/^\| .*\| `(np[mx] [^`]*|node [^`]*|\.\/earshot [^`]*)` +\|$/gm),
  ]);
  expect(figures[0]!.length).toBeGreaterThan(3);
  expect(figures[1]!.map(([, command]) => command)).toEqual(figures[0]!.map(([, command]) => command));
});

test('links are found in text and images, and not in code or to other places', () => {
  const page =
    'See [a](docs/a.md#part), ![b](b.png), `[c](c.md)`, [d](https://d.test), [e](#here).\n```sh\n[f](f.md)\n```\n';
  expect(relativeLinks(page)).toEqual(['docs/a.md', 'b.png']);
});

test('every relative link points to something', () => {
  const broken = allDocs().flatMap((path) =>
    relativeLinks(readDoc(path))
      .map((target) => posix.normalize(posix.join(posix.dirname(path), decodeURIComponent(target))))
      .filter((target) => !inRepo(target))
      .map((target) => `${path}: ${target}`),
  );
  expect(broken).toEqual([]);
});
