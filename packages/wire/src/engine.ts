import type { EngineBody } from '@earshot/model';
import { copied, unreachable } from './codec.js';
import type { ConversationFact } from './gen/earshot/v1/fact.js';

/** What an engine writes is spelled alike on every topic that a fold reads. */
export type WireEngineBody = Exclude<NonNullable<ConversationFact['engine']>, { $case: 'score' | 'history' }>;

export function engineToWire(body: EngineBody): WireEngineBody {
  switch (body.kind) {
    case 'time-reached':
      return { $case: 'timeReached', timeReached: body };
    case 'takeover':
      return { $case: 'takeover', takeover: body };
    case 'checkpoint':
      return { $case: 'checkpoint', checkpoint: body };
    case 'closed':
      return { $case: 'closed', closed: body };
    default:
      return unreachable('engine', body);
  }
}

export function engineFromWire(body: WireEngineBody): EngineBody {
  switch (body.$case) {
    case 'timeReached':
      return { kind: 'time-reached', ...body.timeReached };
    case 'takeover':
      return { kind: 'takeover', ...body.takeover };
    case 'checkpoint':
      return { kind: 'checkpoint', ...body.checkpoint, state: copied(body.checkpoint.state) };
    case 'closed':
      return { kind: 'closed', ...body.closed };
    default:
      return unreachable('engine', body);
  }
}
