import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { clickhouseSettings, createScope, describeConfig } from '@earshot/kit';
import { grpcTlsSettings, httpTlsSettings } from '@earshot/kit/tls';
import { EntryFault } from '@earshot/log/kafka';
import { KAFKA_PARTIES, type KafkaParty, kafkaRights, processShape } from '@earshot/process';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { opensslMissing } from '../../packages/kit/src/testing/certificates.js';
import { processSettings as consoleSettings } from '../../services/console/src/process-settings.js';
import { processSettings as ingestSettings } from '../../services/ingest/src/process-settings.js';
import { temporaryFolder } from '../support/product.js';
import { blocksOf, blockWith, headingLevels, readDoc } from './markdown.js';

const GUIDES = ['docs/guides/secure-cluster.md', 'docs/guides/secure-cluster.zh-CN.md'];
const [english = '', chinese = ''] = GUIDES.map(readDoc);
const missing = opensslMissing();

test('both guides have the same headings, commands, rights and codes', () => {
  expect(headingLevels(chinese)).toEqual(headingLevels(english));
  const said = (guide: string) => blocksOf(guide).map(({ text }) => text.replace(/ *# .*$/gm, ''));
  expect(said(chinese)).toEqual(said(english));
  const cells = (guide: string) => [...guide.matchAll(/^\| (`[^|]*`) +\|/gm)].map(([, cell]) => cell);
  expect(cells(chinese)).toEqual(cells(english));
});

/** `conversations, cases`: topics without what all of their names share. */
const short = (names: readonly string[]) =>
  names.map((name) => `\`${name.replace(/^earshot\./, '').replace(/\.v1$/, '')}\``).join(', ');

function rowOf(party: KafkaParty): string[] {
  const rights = kafkaRights(party).filter(({ name }) => name !== 'earshot.');
  const named = (operation: 'Read' | 'Write') =>
    short(
      rights
        .filter(({ resource, operations }) => resource === 'topic' && operations.includes(operation))
        .map(({ name }) => name),
    );
  const groups = rights
    .filter(({ resource, operations }) => resource === 'group' && operations.includes('Read'))
    .map(({ name }) => name.replace(/\.earshot\..*$/, ''));
  return [
    `\`earshot-${party}\``,
    named('Read'),
    named('Write'),
    [...new Set(groups)].map((group) => `\`${group}\``).join(', '),
  ];
}

test.each(GUIDES)('%s lists the rights that the catalogue of topics gives', (path) => {
  const rows = readDoc(path)
    .split('\n')
    .filter((line) => line.startsWith('| `earshot-'))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
  expect(rows).toEqual(KAFKA_PARTIES.map(rowOf));
});

test('every flag of the guide is one that a program has', () => {
  const shape = {
    ...processShape,
    ...ingestSettings,
    ...consoleSettings,
    ...grpcTlsSettings,
    ...httpTlsSettings,
    ...clickhouseSettings,
  };
  const help = describeConfig(z.object(shape));
  const ofOthers = [
    '--help',
    '--people',
    '--tool',
    '--centres',
    '--readers',
    '--to',
    '--ca-file',
    '--cert-file',
    '--key-file',
    '--project',
  ];
  const own = english.replace(/kafka-(configs|acls)\.sh(\\\n|[^\n'])*/g, '');
  const flags = [...new Set([...own.matchAll(/(?<![\w-])--[a-z][a-z-]+/g)].map(([flag]) => flag))];
  expect(flags.length).toBeGreaterThan(20);
  expect(flags.filter((flag) => !ofOthers.includes(flag) && !help.includes(`${flag},`))).toEqual([]);
});

test('every reason for which Kafka lets nobody in is explained', () => {
  expect(Object.values(EntryFault).filter((code) => !english.includes(`\`${code}\``))).toEqual([]);
});

describe.skipIf(missing)(`the guide's certificates${missing ? ` [skipped: ${missing}]` : ''}`, () => {
  test('are made by its commands, and hold', async () => {
    const scope = createScope();
    const dir = temporaryFolder(scope, 'guide');
    try {
      const script = blockWith(english, 'sh', 'openssl req -x509');
      execFileSync('sh', ['-e', '-c', script], { cwd: dir, stdio: 'ignore' });
      const checked = execFileSync('openssl', ['verify', '-CAfile', 'ca.pem', 'kafka-1.pem', 'crm.pem'], { cwd: dir });
      expect(checked.toString().match(/: OK/g)).toHaveLength(2);
      const shown = execFileSync('openssl', ['x509', '-in', 'kafka-1.pem', '-noout', '-ext', 'subjectAltName'], {
        cwd: dir,
      });
      expect(shown.toString()).toContain('DNS:kafka-1.example, IP Address:127.0.0.1');
      expect(readFileSync(join(dir, 'kafka-1.pair'), 'utf8')).toMatch(/PRIVATE KEY[\s\S]*CERTIFICATE/);
    } finally {
      await scope.close();
    }
  });
});
