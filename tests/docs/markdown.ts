import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const SKIPPED = new Set(['node_modules', 'dist', '.git', '.turbo', '.earshot', 'tmp']);

export const readDoc = (path: string) => readFileSync(join(ROOT, path), 'utf8');
export const inRepo = (path: string) => existsSync(join(ROOT, path));

export interface Block {
  language: string;
  text: string;
}

/** The fenced blocks of a page, in order. */
export function blocksOf(markdown: string): Block[] {
  return [...markdown.matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)].map(([, language = '', text = '']) => ({
    language,
    text,
  }));
}

/** The one block of a language that holds these words. */
export function blockWith(markdown: string, language: string, words: string): string {
  const found = blocksOf(markdown).filter((block) => block.language === language && block.text.includes(words));
  if (found.length !== 1) throw new Error(`${found.length} ${language} blocks hold ${words}`);
  return found[0]!.text;
}

/** Levels of the headings, in order: `[1, 2, 2]`. */
export const headingLevels = (markdown: string) =>
  [...withoutCode(markdown).matchAll(/^(#+) /gm)].map(([, marks = '']) => marks.length);

/** Targets of links and images that are neither addresses nor places on the same page, without `#…`. */
export const relativeLinks = (markdown: string) =>
  [...withoutCode(markdown).matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target = '']) => target.replace(/#.*$/, ''))
    .filter((target) => target !== '' && !/^[a-z]+:/.test(target));

/** Markdown files of the repository, relative to its root. */
export function allDocs(folder = ''): string[] {
  return readdirSync(join(ROOT, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
    if (entry.isDirectory()) return SKIPPED.has(entry.name) ? [] : allDocs(path);
    return entry.isFile() && entry.name.endsWith('.md') ? [path] : [];
  });
}

const withoutCode = (markdown: string) => markdown.replace(/^```[\s\S]*?^```$/gm, '').replace(/`[^`\n]*`/g, '');
