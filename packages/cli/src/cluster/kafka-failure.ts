/** What kafkajs calls its errors where no broker gave an answer. */
const UNANSWERED: ReadonlySet<string> = new Set([
  'KafkaJSConnectionError',
  'KafkaJSConnectionClosedError',
  'KafkaJSRequestTimeoutError',
  'KafkaJSNoBrokerAvailableError',
]);

export interface KafkaFailure {
  /** No broker gave an answer; else one did, and it was no. */
  away: boolean;
  /** What the client or the broker said, in English: a setting, a right or an address, never a record. */
  reason: string;
}

export function kafkaFailure(error: unknown): KafkaFailure {
  const chain = causesOf(error);
  const said = chain.find(({ message }) => message !== '');
  return { away: chain.some(({ name }) => UNANSWERED.has(name)), reason: said?.message ?? String(error) };
}

/** The client gathers what it was told about each topic (the first says enough), and wraps what it gave up on. */
function causesOf(error: unknown): Error[] {
  const chain: Error[] = [];
  for (let each = firstOf(error); each instanceof Error && chain.length < 8; each = firstOf(each.cause))
    chain.push(each);
  return chain;
}

function firstOf(error: unknown): unknown {
  return hasErrors(error) ? error.errors[0] : error;
}

function hasErrors(error: unknown): error is { errors: unknown[] } {
  return typeof error === 'object' && error !== null && 'errors' in error && Array.isArray(error.errors);
}
