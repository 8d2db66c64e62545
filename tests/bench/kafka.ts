import { kafkaMissing } from '@earshot/log/kafka-broker';
import { exitOnSignals } from '../load/temp-folder.js';
import { desk } from './kafka/desk.js';
import { endToEnd } from './kafka/end-to-end.js';
import { landing } from './kafka/landing.js';
import { publish } from './kafka/publish.js';
import { choosePart } from './lib/part.js';
import { print } from './lib/report.js';

/** `npm run bench -- kafka`: over a real Kafka, against what would be built on kafkajs or a warehouse as they come. */
const choice = choosePart('kafka', { desk, publish, 'end-to-end': endToEnd, landing }, process.argv.slice(2));
const missing = choice.run ? kafkaMissing() : undefined;
if (missing !== undefined) {
  console.error(missing);
  process.exit(2);
}
if (choice.run) {
  exitOnSignals();
  const { name, part, asked, json } = choice;
  const found = await part.run(asked, json ? () => undefined : console.log);
  print({ bench: `kafka ${name}`, asked, ...found }, json);
  process.exit(0);
}
for (const line of choice.lines) console.log(line);
process.exitCode = choice.exitCode;
