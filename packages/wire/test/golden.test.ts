import { readFileSync, writeFileSync } from 'node:fs';
import { createFileRegistry, type DescMessage, fromBinary, toBinary } from '@bufbuild/protobuf';
import { type ReflectMessage, reflect } from '@bufbuild/protobuf/reflect';
import { FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';
import { describe, expect, test } from 'vitest';
import { controlKey, TOPICS_IN_USE } from '../src/index.js';
import { fileDescriptorSet } from '../src/reflection.js';
import { GOLDEN } from './catalogue.js';
import { peopleControl, ruleSetControl } from './samples.js';

const file = new URL('./golden.json', import.meta.url);
const committed: Record<string, string> = JSON.parse(readFileSync(file, 'utf8'));

// Adds bytes for new messages and never rewrites old ones: records with those bytes are on people's disks.
if (process.env.EARSHOT_ADD_GOLDEN) {
  for (const [name, one] of GOLDEN) committed[name] ??= Buffer.from(one.bytes()).toString('hex');
  writeFileSync(file, `${JSON.stringify(committed, null, 2)}\n`);
}

const registry = createFileRegistry(fromBinary(FileDescriptorSetSchema, fileDescriptorSet()));

function described(name: string): DescMessage {
  const message = registry.getMessage(`earshot.v1.${name}`);
  if (!message) throw new Error(`no message ${name} in proto/`);
  return message;
}

describe.each([...GOLDEN])('bytes of %s', (name, golden) => {
  const bytes = new Uint8Array(Buffer.from(committed[name] ?? '', 'hex'));

  test('are what they were', () => {
    expect(Buffer.from(golden.bytes()).toString('hex')).toBe(committed[name]);
  });

  test('still mean what they meant', () => {
    expect(golden.decode(bytes)).toStrictEqual(golden.value);
  });

  test('mean the same to an independent reader of proto/', () => {
    const schema = described(golden.message);
    const message = fromBinary(schema, bytes);
    expect(golden.decode(toBinary(schema, message))).toStrictEqual(golden.value);
  });
});

test('every committed fixture still has its value', () => {
  expect([...GOLDEN.keys()].sort()).toEqual(Object.keys(committed).sort());
});

test('the fixtures set every field of every message', () => {
  const all = new Set<string>();
  for (const one of registry) {
    if (one.kind === 'message') for (const field of one.fields) all.add(`${one.typeName}.${field.name}`);
  }
  const seen = new Set<string>();
  for (const [name, golden] of GOLDEN) {
    const schema = described(golden.message);
    collect(reflect(schema, fromBinary(schema, Buffer.from(committed[name] ?? '', 'hex'))), seen);
  }
  expect([...all].filter((field) => !seen.has(field))).toEqual([]);
});

function collect(message: ReflectMessage, seen: Set<string>): void {
  expect(message.getUnknown() ?? [], 'bytes that proto/ does not know').toEqual([]);
  for (const field of message.fields) {
    if (!message.isSet(field)) continue;
    seen.add(`${message.desc.typeName}.${field.name}`);
    if (field.fieldKind === 'message') collect(message.get(field), seen);
    if (field.fieldKind === 'list' && field.listKind === 'message') {
      for (const item of message.get(field)) collect(item as ReflectMessage, seen);
    }
  }
}

test('every topic in use holds a message that has a codec', () => {
  expect(TOPICS_IN_USE.map((topic) => topic.name)).toEqual([
    'earshot.conversations.v1',
    'earshot.cases.v1',
    'earshot.alerts.v1',
    'earshot.control.v1',
    'earshot.dead-letters.v1',
    'earshot.deliveries.v1',
    'earshot.history.v1',
    'earshot.sessions.v1',
  ]);
  const messages = new Set([...GOLDEN.values()].map((golden) => golden.message));
  for (const topic of TOPICS_IN_USE) expect(messages).toContain(topic.message);
});

test('compaction of the control topic can only drop a publication of the same content', () => {
  const again = { ...ruleSetControl, epoch: 9, atMs: 99, by: '3002' };
  expect(controlKey(again)).toBe(controlKey(ruleSetControl));
  for (const other of [{ ...ruleSetControl, hash: 'def' }, { ...ruleSetControl, tenant: 'bank-b' }, peopleControl]) {
    expect(controlKey(other)).not.toBe(controlKey(ruleSetControl));
  }
});
