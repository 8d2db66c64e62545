import type { AppendEntry, Log } from '@earshot/log';
import { EarshotError } from '@earshot/model';

/**
 * What becomes of one append:
 * - `well`: it is durable and that is said;
 * - `away`: refused, and nothing of it is there;
 * - `lost-answer`: it is durable, and a failure is said;
 * - `part`: the first half is durable, and a failure is said;
 * - `silent`: nothing is said, and nothing of it is there until it is let go.
 */
export type Fault = 'well' | 'away' | 'lost-answer' | 'part' | 'silent';

/** What a silent append comes to. */
export type Release = 'lands' | 'lands-unsaid' | 'fails';

/** A real log behind a line that can be cut, call by call. */
export class FaultyLog implements Pick<Log, 'append' | 'partitionOf'> {
  /** Entries of every call, in order. */
  readonly calls: (readonly AppendEntry[])[] = [];
  fault: (entries: readonly AppendEntry[]) => Fault = () => 'well';
  private silent: ((how: Release) => Promise<void>)[] = [];

  constructor(private readonly log: Log) {}

  get waiting(): number {
    return this.silent.length;
  }

  partitionOf(topic: string, key: string): number {
    return this.log.partitionOf(topic, key);
  }

  async append(entries: readonly AppendEntry[]): Promise<number[]> {
    this.calls.push(entries);
    const fault = this.fault(entries);
    if (fault === 'silent') return this.silence(entries);
    if (fault === 'away') throw away();
    const half = fault === 'part' ? entries.slice(0, Math.ceil(entries.length / 2)) : entries;
    const offsets = await this.log.append(half);
    if (fault !== 'well') throw away();
    return offsets;
  }

  /** Ends the silence of everything that waits, in the order of the calls. */
  async release(how: Release): Promise<void> {
    for (const end of this.silent.splice(0)) await end(how);
  }

  private silence(entries: readonly AppendEntry[]): Promise<number[]> {
    return new Promise((resolve, reject) => {
      this.silent.push(async (how) => {
        if (how === 'fails') return reject(away());
        const offsets = await this.log.append(entries);
        if (how === 'lands') resolve(offsets);
      });
    });
  }
}

function away(): EarshotError {
  return new EarshotError('log-unavailable', 'nobody answers', { retry: true });
}
