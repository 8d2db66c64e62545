// Trains the sentiment model: node scripts/train-sentiment.mjs --data DIR [--out DIR] [--seed 1] [--epochs 6] …
// packages/sentiment/README.md says where the sets come from. The same sets and options give the same bytes.
import { bundleProgram } from './lib/bundle-program.mjs';

const { program, remove } = await bundleProgram('packages/sentiment/scripts/train/main.ts');
try {
  await import(program);
} finally {
  remove();
}
