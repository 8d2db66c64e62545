import { both, EarshotError } from '@earshot/model';
import { EntryFault, entryFaultOf } from './entry-faults.js';

/** What we asked to do. `name`: of the topic or group. */
export interface Asked {
  right: 'Read' | 'Write';
  on: 'topic' | 'group';
  name: string;
}

const ON = { topic: '主题', group: '消费组' };

/** Brokers know who we are, and do not let us do this. */
export function isForbidden(error: unknown): boolean {
  return !(error instanceof EarshotError) && entryFaultOf(error) === EntryFault.forbidden;
}

/** As it is, unless a right is missing. */
export function orForbidden(asked: Asked, error: unknown): unknown {
  return isForbidden(error) ? forbidden(asked, error) : error;
}

/** `kafka-forbidden`, with the right that is missing. */
export function forbidden({ right, on, name }: Asked, cause: unknown): EarshotError {
  const message = both(
    `Kafka does not let us ${right.toLowerCase()} the ${on} "${name}": grant our user the right ${right} on it (docs/guides/secure-cluster.md)`,
    `Kafka 拒绝我方对${ON[on]} "${name}" 的 ${right} 操作：请为我方用户授予该权限（docs/guides/secure-cluster.zh-CN.md）`,
  );
  return new EarshotError(EntryFault.forbidden, message, { detail: { right, [on]: name }, cause });
}
