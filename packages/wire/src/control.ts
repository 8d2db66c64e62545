import { type ControlContent, type ControlRecord, PUBLICATION_ACTIONS, PUBLISHED_KINDS } from '@earshot/model';
import { fromBytes, fromWireFields, invalid, required, toBytes, toWireFields, unreachable } from './codec.js';
import * as pb from './gen/earshot/v1/control.js';

type WireContent = NonNullable<pb.ControlRecord['content']>;

export function encodeControlRecord(record: ControlRecord): Uint8Array {
  return toBytes(pb.ControlRecord, { ...record, content: contentToWire(record.content) });
}

export function decodeControlRecord(bytes: Uint8Array): ControlRecord {
  const record = fromBytes(pb.ControlRecord, bytes);
  return { ...record, content: contentFromWire(required('control.content', record.content)) };
}

function contentToWire(content: ControlContent): WireContent {
  switch (content.kind) {
    case 'rule-set':
      return { $case: 'ruleSet', ruleSet: { ...content, files: toWireFields(content.files) } };
    case 'people':
      return { $case: 'people', people: content };
    case 'routes':
      return { $case: 'routes', routes: content };
    case 'publication':
      return { $case: 'publication', publication: content };
    default:
      return unreachable('control.content', content);
  }
}

function contentFromWire(content: WireContent): ControlContent {
  switch (content.$case) {
    case 'ruleSet': {
      const { files, appliesToRunning } = content.ruleSet;
      return { kind: 'rule-set', files: fromWireFields(files), appliesToRunning };
    }
    case 'people':
      return { kind: 'people', ...content.people };
    case 'routes':
      return { kind: 'routes', ...content.routes };
    case 'publication': {
      const { of, action, ...rest } = content.publication;
      return {
        kind: 'publication',
        of: oneOf('control.publication.of', of, PUBLISHED_KINDS),
        action: oneOf('control.publication.action', action, PUBLICATION_ACTIONS),
        ...rest,
      };
    }
    default:
      return unreachable('control.content', content);
  }
}

function oneOf<T extends string>(field: string, value: string, words: readonly T[]): T {
  const found = words.find((word) => word === value);
  if (found === undefined) throw invalid(field, 'is not a word of this version');
  return found;
}
