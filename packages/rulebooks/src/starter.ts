import { readdirSync, readFileSync } from 'node:fs';

/** Beside both src/ and dist/, so the same address serves the sources and the build. */
const RULES = new URL('../rules/', import.meta.url);

/** The shipped rules, YAML text by file name, as `compileRuleSet` takes them. */
export function loadStarterRulebook(): Record<string, string> {
  const names = readdirSync(RULES).filter((name) => name.endsWith('.yaml'));
  return Object.fromEntries(
    names.sort().map((name) => [`starter/${name}`, readFileSync(new URL(name, RULES), 'utf8')]),
  );
}
