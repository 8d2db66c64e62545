/**
 * Puts rule files into force beside those that are: `node example-rules.js refund.yaml`; without a file it says what is in
 * force. Address: EARSHOT_RULES_ADDRESS (default 127.0.0.1:8703); EARSHOT_API_KEY: a key with the scope rules:write.
 */
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { createRulesClient } from '@earshot/client';

const { EARSHOT_RULES_ADDRESS: address = '127.0.0.1:8703', EARSHOT_API_KEY: apiKey } = process.env;
const say = (line: string) => void process.stdout.write(`${line}\n`);
const rules = createRulesClient({ address, apiKey });

try {
  const { ruleSet, rules: present } = await rules.inForce();
  say(`${present.length} rules in force${ruleSet ? `, set ${ruleSet.hash.slice(0, 12)}, epoch ${ruleSet.epoch}` : ''}`);
  const own = process.argv.slice(2).map((path) => [basename(path), readFileSync(path, 'utf8')] as const);
  if (own.length > 0) {
    // A publication is the whole set: what is left out of it is no longer in force.
    const files = { ...(ruleSet ? await rules.files(ruleSet.hash) : {}), ...Object.fromEntries(own) };
    const result = await rules.publish(files, { why: 'example' });
    if (result.ok) say(`${result.rules} rules in force, set ${result.hash.slice(0, 12)}, epoch ${result.epoch}`);
    else {
      for (const { file, line, column, message } of result.faults) say(`${file}:${line}:${column}  ${message}`);
      for (const { ruleId, kind, index } of result.examples) say(`${ruleId}: example ${kind} ${index + 1} fails`);
      process.exitCode = 2;
    }
  }
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : 'could not ask'}\n`);
  process.exitCode = 1;
}
rules.close();
