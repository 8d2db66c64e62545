import type { ClusterTools } from '../../packages/cli/src/cluster/ports.js';
import { runCli } from '../../packages/cli/src/run-cli.js';

const absent = () => Promise.reject(new Error('this test has no such part'));

/** The command line of the product, in this process and in English, with these parts of a cluster. */
export async function earshot(args: readonly string[], cluster: Partial<ClusterTools> = {}) {
  const out: string[] = [];
  const err: string[] = [];
  const code = await runCli([...args, '--lang', 'en'], {
    env: {},
    cluster: { kafka: absent, redis: absent, warehouse: absent, ...cluster },
    stopping: new AbortController().signal,
    out: async (line) => void out.push(line),
    err: (line) => void err.push(line),
  });
  return { code, out: out.join('\n'), err: err.join('\n') };
}

/** The same, with `--json`. */
export async function earshotJson<T>(args: readonly string[], cluster: Partial<ClusterTools> = {}): Promise<T> {
  const { code, out, err } = await earshot([...args, '--json'], cluster);
  if (out === '') throw new Error(`ended with ${code}: ${err}`);
  return JSON.parse(out) as T;
}
