import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestProject } from 'vitest/node';
import { bundleChild, type Child, startChild } from '../../packages/log/src/testing/child.js';

declare module 'vitest' {
  interface ProvidedContext {
    /** Where the tests of a run ask for the Kafka that they share. */
    sharedKafka: string;
  }
}

/**
 * One Kafka for all tests of a run, started when the first of them asks. `/missing` answers why there can be none, empty
 * if there can; `/address` answers with host:port.
 */
export default async function shareBroker(project: TestProject): Promise<() => Promise<void>> {
  let program: ReturnType<typeof bundleChild> | undefined;
  const children: Child[] = [];
  const said = new Map<string, Promise<string>>();
  // A program of its own: what is set up once for all files does not see the packages' sources.
  const ask = (what: string): Promise<string> => {
    program ??= bundleChild(new URL('./children/shared-broker.ts', import.meta.url));
    const answer = program.then((made) => firstLine(made.program, what, children));
    said.set(what, answer);
    return answer;
  };
  const server = createServer((request, response) => {
    const what = (request.url ?? '').slice(1);
    const answer = said.get(what) ?? ask(what);
    answer.then(
      (text) => response.end(text),
      (error: unknown) => response.writeHead(500).end(String(error)),
    );
  });
  await listening(server);
  project.provide('sharedKafka', `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  return async () => {
    server.closeAllConnections();
    server.close();
    for (const child of children) child.process.kill('SIGTERM');
    await Promise.all(children.map(({ ended }) => ended));
    (await program)?.remove();
  };
}

async function firstLine(program: string, what: string, children: Child[]): Promise<string> {
  const child = startChild(process.execPath, [program, what]);
  children.push(child);
  const line = new Promise<string>((resolve) => {
    child.process.stdout?.once('data', (text: Buffer) => resolve(text.toString().trim()));
  });
  const ended = child.ended.then(() => {
    throw new Error(`no Kafka for tests: ${what}`);
  });
  return Promise.race([line, ended]);
}

function listening(server: Server): Promise<void> {
  return new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
}
