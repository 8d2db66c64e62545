import { test } from 'vitest';
import { realCast } from './cast.js';
import { World } from './world.js';
test('dbg', () => {
  const w = new World(1, realCast()) as any;
  try { w.run(); } catch (e) { console.log(String(e)); }
  for (const s of w.services) console.log(s.name, s.nodes.length, s.nodes.map((n: any) => [n.owner, n.fold.liveCount, n.lag, n.effects.length, n.fold.closed, JSON.stringify([...n.fold.lives.values()].map((l: any) => [l.key, l.birth, l.lastOffset, l.pending, l.lastLogMs]))]));
  console.log(w.log.conversations.length, w.log.of('earshot.cases.v1').length, w.log.of('earshot.alerts.v1').length, w.log.nowMs, w.desktop.lag);
});
