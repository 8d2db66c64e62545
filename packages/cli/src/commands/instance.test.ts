import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text as readText } from 'node:stream/consumers';
import { describe, expect, it, onTestFinished } from 'vitest';
import { folder, runCommand } from '../testing/run-command.js';

const TOKEN = 'operator-token';

interface Answer {
  status?: number;
  body: unknown;
}

/** A data folder whose instance answers as told, and what it was asked. */
async function instance(answer: (request: IncomingMessage, body: string) => Answer) {
  const asked: { url: string; authorization?: string; body: string }[] = [];
  const server = createServer((request, response) => {
    void readText(request).then((text) => reply(request, response, text));
  });
  const reply = (request: IncomingMessage, response: ServerResponse, text: string) => {
    asked.push({ url: request.url ?? '', authorization: request.headers.authorization, body: text });
    const { status = 200, body } = answer(request, text);
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  };
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  const address = `http://127.0.0.1:${port}`;
  return { asked, address, dataDir: dataDirOf(address) };
}

function dataDirOf(consoleUrl: string, pid = process.pid): string {
  const dataDir = folder();
  const said = { pid, consoleUrl, httpUrl: consoleUrl, grpcAddress: '127.0.0.1:1', adminToken: TOKEN };
  writeFileSync(join(dataDir, 'instance.json'), JSON.stringify(said));
  return dataDir;
}

describe('sql', () => {
  it('asks the running instance with its own token and prints a table', async () => {
    const { asked, dataDir } = await instance(() => ({ body: { rows: [{ rule: '投诉', n: 2 }] } }));
    const { code, out, err } = await runCommand('sql', 'SELECT 1', '--data-dir', dataDir);
    expect(asked).toEqual([{ url: '/v1/admin/sql', authorization: `Bearer ${TOKEN}`, body: '{"sql":"SELECT 1"}' }]);
    expect([code, err, out]).toEqual([0, '1 rows', 'rule  n\n────  ─\n投诉  2']);
  });

  it('gives the rows as JSON', async () => {
    const { dataDir } = await instance(() => ({ body: { rows: [{ n: 2 }] } }));
    expect((await runCommand('sql', 'x', '--json', '--data-dir', dataDir)).out).toBe('[{"n":2}]');
  });

  it('ends with 2 and the reason for a wrong question, with 1 if analysis is off', async () => {
    const wrong = await instance(() => ({ status: 400, body: { code: 'sql-refused', message: 'no such table' } }));
    const refused = await runCommand('sql', 'x', '--data-dir', wrong.dataDir);
    expect(refused).toMatchObject({ code: 2, err: expect.stringContaining('no such table') });
    const off = await instance(() => ({ status: 503, body: { code: 'analysis-off', message: 'analysis is off' } }));
    const closed = await runCommand('sql', 'x', '--data-dir', off.dataDir);
    expect(closed).toMatchObject({ code: 1, err: expect.stringContaining('analysis is off') });
  });

  it('ends with 1 and the way out where nothing runs', async () => {
    const none = await runCommand('sql', 'x', '--data-dir', folder());
    expect(none).toMatchObject({ code: 1, err: expect.stringContaining('npm start') });
    const gone = await runCommand('sql', 'x', '--data-dir', dataDirOf('http://127.0.0.1:1', 2 ** 22 + 1));
    expect(gone).toMatchObject({ code: 1, err: expect.stringContaining('npm start') });
  });

  it('asks an instance on another machine by its console and a file with the token', async () => {
    const { asked, address } = await instance(() => ({ body: { rows: [] } }));
    const file = join(folder(), 'token');
    writeFileSync(file, `${TOKEN}\n`);
    const there = ['--console', address];
    expect((await runCommand('sql', 'SELECT 1', ...there, '--token-file', file)).code).toBe(0);
    expect(asked).toMatchObject([{ authorization: `Bearer ${TOKEN}` }]);
    const without = await runCommand('sql', 'SELECT 1', ...there);
    expect(without).toMatchObject({ code: 2, err: expect.stringContaining('--token-file') });
    const missing = await runCommand('sql', 'SELECT 1', ...there, '--token-file', '/nowhere/token');
    expect(missing).toMatchObject({ code: 2, err: expect.stringContaining('no such file') });
    expect(asked).toHaveLength(1);
  });

  it('never shows the token', async () => {
    const silent = await runCommand('sql', 'x', '--data-dir', dataDirOf('http://127.0.0.1:1'));
    expect(silent.code).toBe(1);
    expect(silent.err).toContain('does not answer');
    expect(silent.err + silent.out).not.toContain(TOKEN);
  });
});

describe('topics tail', () => {
  const pageOf = (url: string, records: unknown[]) => {
    const partition = Number(new URL(url, 'http://x').searchParams.get('partition'));
    return { topic: 'earshot.cases.v1', partition, partitions: 2, first: 0, next: 1, end: 1, records };
  };

  it('prints the records of every partition as JSON lines', async () => {
    const { asked, dataDir } = await instance(({ url = '' }) => ({
      body: pageOf(url, [{ partition: pageOf(url, []).partition, offset: 0 }]),
    }));
    const { code, out } = await runCommand('topics', 'tail', 'cases', '--limit', '5', '--data-dir', dataDir);
    expect([code, out]).toEqual([0, '{"partition":0,"offset":0}\n{"partition":1,"offset":0}']);
    expect(asked.map(({ url }) => url)).toEqual([
      '/v1/admin/topics/cases?partition=0&limit=5',
      '/v1/admin/topics/cases?partition=1&limit=5',
    ]);
  });

  it('says so if there is nothing', async () => {
    const { dataDir } = await instance(({ url = '' }) => ({ body: pageOf(url, []) }));
    const { code, out, err } = await runCommand('topics', 'tail', 'cases', '--data-dir', dataDir);
    expect([code, out, err]).toEqual([0, '', 'nothing in earshot.cases.v1 yet']);
  });
});

describe('sign-in', () => {
  it('prints the link that the running instance gives for a person', async () => {
    const link = 'http://127.0.0.1:8700/sign-in?token=t';
    const { asked, dataDir } = await instance(() => ({ body: { link } }));
    expect(await runCommand('sign-in', '10002', '--data-dir', dataDir)).toMatchObject({ code: 0, out: link });
    expect(asked).toMatchObject([{ url: '/v1/admin/sign-in-links', authorization: `Bearer ${TOKEN}` }]);
    expect(JSON.parse(asked[0]?.body ?? '')).toEqual({ staffNumber: '10002' });
  });
});
