// The .proto files are tidy, break nobody who was built against the baseline, and the committed code is what they say.
// Exit 1 with what is wrong. `node scripts/check-proto.mjs [ROOT]`; ROOT is this repository unless given.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buf, GENERATED, withGenerated } from './generate.mjs';

const BASELINE_HINT =
  'A change that old records and clients survive is an addition. If nothing with the old form exists outside, renew the\n' +
  'baseline: cd proto && npx buf build --exclude-source-info -o baseline.binpb';

function complaint(title, act) {
  try {
    act();
    return [];
  } catch (error) {
    return [`${title}\n${String(error.stdout || error.stderr || error.message).trim()}`];
  }
}

function files(folder) {
  const entries = readdirSync(folder, { recursive: true }).filter((name) => statSync(join(folder, name)).isFile());
  return new Map(entries.map((name) => [name, readFileSync(join(folder, name), 'utf8')]));
}

function staleFiles(root) {
  const committed = files(join(root, GENERATED));
  const fresh = withGenerated(root, files);
  const names = new Set([...committed.keys(), ...fresh.keys()]);
  return [...names].filter((name) => committed.get(name) !== fresh.get(name)).sort();
}

function main() {
  const root = resolve(process.argv[2] ?? fileURLToPath(new URL('..', import.meta.url)));
  const complaints = [
    ...complaint('proto/ does not pass buf lint:', () => buf(root, ['lint'])),
    ...complaint(`proto/ breaks its baseline. ${BASELINE_HINT}`, () =>
      buf(root, ['breaking', '--against', 'baseline.binpb']),
    ),
    ...complaint('Generated code is not what proto/ says; run: node scripts/generate.mjs', () => {
      const stale = staleFiles(root).map((name) => join(GENERATED, name));
      if (stale.length > 0) throw new Error(stale.join('\n'));
    }),
  ];
  for (const text of complaints) console.error(`${text}\n`);
  if (complaints.length > 0) process.exitCode = 1;
  else console.log('proto: lint, baseline and generated code are in order');
}

main();
