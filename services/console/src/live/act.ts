import { coded, type Metrics, type Stage } from '@earshot/kit';
import { decide, enforce, livePolicy, type StaffPrincipal } from '@earshot/kit/access';
import type { Log } from '@earshot/log';
import { type Alert, conversationKey, deriveId, EarshotError, type PersonAction } from '@earshot/model';
import { encodeCaseFact, TOPICS } from '@earshot/wire';
import type { ClientMessage, ServerMessage } from '@earshot/wire/live';
import type { Clock } from '../clock.js';
import type { Book } from '../state/book.js';

export type ActMessage = Extract<ClientMessage, { type: 'act' }>;
export type ActResult = Extract<ServerMessage, { type: 'act-result' }>;
export type Act = (principal: StaffPrincipal, message: ActMessage) => Promise<ActResult>;

export interface ActDeps {
  log: Log;
  book: Book;
  clock: Clock;
  metrics: Metrics;
  controlEpoch(): number;
}

const REMEMBERED = 10_000;

/**
 * Writes what a person did to `cases` and answers once it is durable. The name of an action comes from person, alert
 * and request (being told: from person and alert alone), so a page that asks twice does it once.
 */
export function createAct({ log, book, clock, metrics, controlEpoch }: ActDeps): Act {
  /** What was written lately; a log that already holds it is spared the repeat. */
  const written = new Map<string, Promise<void>>();
  const refused = metrics.counter('earshot_console_acts_refused_total', 'Actions of people that were refused', [
    'code',
  ]);

  function write(action: PersonAction): Promise<void> {
    const known = written.get(action.actionId);
    if (known) return known;
    const { tenant, conversationId } = action;
    const value = encodeCaseFact({ tenant, conversationId, body: { kind: 'action', action } });
    const done = log
      .append([{ topic: TOPICS.cases, key: conversationKey(tenant, conversationId), value }])
      .then(() => undefined);
    written.set(action.actionId, done);
    done.catch(() => written.delete(action.actionId));
    const [oldest] = written.keys();
    if (written.size > REMEMBERED && oldest !== undefined) written.delete(oldest);
    return done;
  }

  return async (principal, message) => {
    const { requestId, conversationId, alertId, action } = message;
    try {
      const conversation = book.find(principal.tenant, conversationId);
      const alert = conversation?.board.held.get(alertId)?.alert;
      if (!conversation || !alert) throw new EarshotError('alert-unknown', 'this alert is not known here');
      enforce(decide(livePolicy(message), principal, conversation.resource));
      const atMs = clock.now();
      await write({
        tenant: principal.tenant,
        conversationId,
        alertId,
        actionId: actionId(message, principal.staffNumber),
        by: principal.staffNumber,
        atMs,
        controlEpoch: controlEpoch(),
        action,
      });
      if (action.kind === 'delivered' || action.kind === 'seen') measure(metrics, alert, action.kind, atMs);
      return { type: 'act-result', requestId, accepted: true };
    } catch (thrown) {
      const error = coded(thrown);
      refused.inc({ code: error.code });
      return { type: 'act-result', requestId, accepted: false, code: error.code, message: error.message };
    }
  };
}

function actionId({ alertId, requestId, action }: ActMessage, by: string): string {
  const once = action.kind === 'delivered' || action.kind === 'seen';
  return deriveId('action', alertId, by, action.kind, once ? '' : requestId);
}

/** History that a page catches up with says nothing about how fast the road is. */
function measure(metrics: Metrics, { timeline, history }: Alert, kind: 'delivered' | 'seen', atMs: number): void {
  if (history || timeline.closedMs !== undefined) return;
  if (kind === 'seen') {
    if (timeline.deliveredMs !== undefined) metrics.stage('delivered-seen', (atMs - timeline.deliveredMs) / 1000);
    return;
  }
  if (timeline.deliveredMs !== undefined) return;
  metrics.stage('spoken-delivered', (atMs - timeline.spokenMs) / 1000);
  const { receivedMs, judgedMs, raisedMs } = timeline;
  const between = (stage: Stage, fromMs?: number, toMs?: number) => {
    if (fromMs !== undefined && toMs !== undefined) metrics.stage(stage, (toMs - fromMs) / 1000);
  };
  between('received-judged', receivedMs, judgedMs);
  between('judged-raised', judgedMs, raisedMs);
  between('raised-delivered', raisedMs, atMs);
}
