import type { LogRecord } from '@earshot/log';
import { PartitionFold } from '@earshot/log/fold';

/** A new owner goes on from the committed offset with nothing in mind: what was said before it is not read again. */
const methods = PartitionFold.prototype;
const onRecord = methods.onRecord;

methods.onRecord = function (record: LogRecord) {
  const { liveAt } = (this as unknown as { start: { liveAt: number } }).start;
  return record.offset < liveAt ? [] : onRecord.call(this, record);
};
