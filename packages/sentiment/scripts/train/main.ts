import { hash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { createFeatureReader } from '../../src/features.js';
import { decodeModel, encodeModel } from '../../src/model-file.js';
import { createScorer } from '../../src/scorer.js';
import { finishModel } from './calibrate.js';
import { measure } from './measure.js';
import { type Options, optimise, type Prepared } from './optimise.js';
import { type Example, readSets } from './sets.js';

const NAME = 'zh-en-1';

const { values } = parseArgs({
  options: {
    data: { type: 'string' },
    out: { type: 'string' },
    seed: { type: 'string', default: '1' },
    epochs: { type: 'string', default: '6' },
    rate: { type: 'string', default: '0.1' },
    decay: { type: 'string', default: '0.0001' },
    bits: { type: 'string', default: '18' },
  },
});
if (!values.data)
  throw new Error('--data DIR is missing: the folder with the public sets, see packages/sentiment/README.md');

const repo = process.cwd();
const options: Options = {
  seed: Number(values.seed),
  epochs: Number(values.epochs),
  rate: Number(values.rate),
  decay: Number(values.decay),
  bucketBits: Number(values.bits),
};
const { examples, used } = readSets(resolve(values.data), repo);
const features = createFeatureReader(options.bucketBits);
const prepare = (part: Example['part']): Prepared[] =>
  examples.flatMap((one) => {
    if (one.part !== part) return [];
    const { buckets, count } = features.read(one.text);
    return count === 0 ? [] : [{ ...one, buckets: buckets.slice(0, count) }];
  });

const training = prepare('train');
const weights = optimise(training, options);
const bytes = encodeModel({ name: NAME, bucketBits: options.bucketBits, ...finishModel(weights, prepare('tune')) });
const model = decodeModel(bytes);
const provenance = {
  model: { name: NAME, hash: model.hash, sha256: hash('sha256', bytes), bytes: bytes.length },
  trained: { on: new Date().toISOString().slice(0, 10), node: process.version, examples: training.length, options },
  sets: used,
  heldOut: measure(
    createScorer(model),
    examples.filter(({ part }) => part === 'test'),
  ),
};
const out = resolve(values.out ?? join(repo, 'packages/sentiment/model'));
writeFileSync(join(out, `${NAME}.bin`), bytes);
writeFileSync(join(out, 'provenance.json'), `${JSON.stringify(provenance, null, 2)}\n`);
console.log(JSON.stringify(provenance.heldOut, null, 2));
