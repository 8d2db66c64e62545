import { type FoldDefinition, PartitionFold } from '@earshot/log/fold';

/** Names the engine as the next release will: its takeover says so, and it works on from the records of this one. */
const methods = PartitionFold.prototype;
const begin = methods.begin;

methods.begin = function () {
  const inside = this as unknown as { definition: FoldDefinition<unknown, unknown> };
  inside.definition = { ...inside.definition, engine: `${inside.definition.engine}-next` };
  return begin.call(this);
};
