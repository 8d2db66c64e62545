import type { ConversationRow, ServerMessage, TranscriptLine, View } from '@earshot/wire/live';
import { alertFor, line, REFUND_CALL, type Said } from './scene.js';
import { put, type World } from './world.js';

interface Stage {
  say(message: ServerMessage, view?: View): void;
  publishAlert(alertId: string): void;
  deskAgent: string;
}

const CHARACTERS_A_BEAT = 6;
const BEAT_MS = 250;

/** One voice call and two chats of the desk's agent, word by word, and background rows that keep changing. */
export function playCalls(world: World, stage: Stage): () => void {
  const nowMs = Date.now();
  const calls = [start('call-7001', 'voice'), start('chat-8102', 'chat'), start('chat-8103', 'chat')];
  let beat = 0;
  const timer = setInterval(() => {
    beat += 1;
    calls.forEach((call, at) => {
      if (beat > at * 24) step(call);
    });
    stir();
  }, BEAT_MS);
  return () => clearInterval(timer);

  function start(id: string, channel: 'voice' | 'chat') {
    const row: ConversationRow = {
      conversationId: id,
      channel,
      skillGroup: '理财咨询',
      externalIds: channel === 'voice' ? { call: '2026112200017' } : { session: id },
      agents: [stage.deskAgent],
      startedAtMs: nowMs,
      lastAtMs: nowMs,
      utterances: 0,
      openAlerts: 0,
    };
    world.rows.set(id, row);
    return { id, segment: 0, length: 0, startMs: nowMs };
  }

  function step(call: { id: string; segment: number; length: number; startMs: number }): void {
    const said: Said | undefined = REFUND_CALL[call.segment];
    if (!said) return;
    if (call.length === 0) call.startMs = Date.now();
    call.length += CHARACTERS_A_BEAT;
    const spoken = line(said, call.segment, call.startMs, call.length);
    const held = (world.lines.get(call.id) ?? []).filter((other: TranscriptLine) => other.segment !== call.segment);
    world.lines.set(call.id, [...held, spoken]);
    stage.say({ type: 'transcript', conversationId: call.id, reset: false, lines: [spoken] });
    if (!spoken.final) return;
    call.segment += 1;
    call.length = 0;
    const row = world.rows.get(call.id);
    if (!row) return;
    world.rows.set(call.id, { ...row, utterances: row.utterances + 1, lastAtMs: Date.now() });
    const alert = alertFor(said, row, { ...spoken, endMs: Date.now() }, ++world.offset);
    if (!alert) return;
    put(world, alert);
    stage.publishAlert(alert.id);
  }

  /** A slice of the background speaks: what a busy floor sends, four times a second. */
  function stir(): void {
    const rows: ConversationRow[] = [];
    let n = 0;
    for (const row of world.rows.values()) {
      n += 1;
      if ((n + beat) % 7 !== 0) continue;
      const next = { ...row, lastAtMs: Date.now(), utterances: row.utterances + 1 };
      world.rows.set(row.conversationId, next);
      rows.push(next);
    }
    stage.say({ type: 'conversations', reset: false, rows, removed: [] }, 'wall');
  }
}
