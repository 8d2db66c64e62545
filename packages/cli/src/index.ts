export type { ReplayConversation, ReplayTurn, TurnRole } from './replay/conversation.js';
export { type Progress, progressLine } from './replay/progress.js';
export { type ReadConversation, readConversations } from './replay/read-conversations.js';
export {
  addResult,
  type ConversationResult,
  emptyTally,
  finishReport,
  type ReplayReport,
  type ReplayTally,
} from './replay/report.js';
export { toEvents } from './replay/to-events.js';
