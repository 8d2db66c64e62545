import type { Applied, FactPlace } from '@earshot/log/fold';
import { type Alert, type Finding, interrupts, isFinalState, type StandingSet } from '@earshot/model';
import type { AlertFoldEntry, AlertFoldState } from '@earshot/wire';
import { toldOpen, withDue } from './deliveries.js';
import type { RoutingTable } from './routing.js';

export interface AlertPolicy {
  /** Words older than this when their finding arrives are history: nobody is interrupted, ms. */
  timeToLiveMs: number;
  /** Whether a finding is alerted at all; what is not stays silent unless somebody has already been shown it. */
  raises(finding: Finding): boolean;
}

/** The state plus what the last fact changed; `changed` is told and emptied by `emit`. */
export interface AlertState extends AlertFoldState {
  changed: Alert[];
  /** Routes as of the control epoch; set anew for each fact, never saved. */
  table: RoutingTable;
}

/**
 * Takes the difference between what stood and what a standing set says. A set touches only findings that were last
 * asserted in its own life; it may add others. So a lost, doubled or delayed set repairs itself with the next.
 */
export function applyStanding(state: AlertState, set: StandingSet, at: FactPlace, policy: AlertPolicy): Applied {
  if (set.asOf <= state.highestAsOf) return { kind: 'repeated' };
  state.highestAsOf = set.asOf;
  state.highestLife = Math.max(state.highestLife, set.life);
  state.controlEpoch = Math.max(state.controlEpoch, set.controlEpoch);
  state.summary = set.summary;
  state.closing = set.closing;

  const standing = new Map(set.findings.map((finding) => [finding.id, finding]));
  const gone = state.entries.filter(
    (entry) => entry.life === set.life && !standing.has(entry.alert.finding.id) && stands(entry),
  );
  const predecessors = new Map(gone.filter((entry) => !entry.silent).map((entry) => [entry.alert.id, entry]));
  for (const finding of inOrderOfWords(set.findings)) {
    const entry = state.entries.find((one) => one.alert.id === finding.id);
    if (entry && stands(entry)) keep(state, entry, finding, set, at);
    else if (entry && settled(entry)) entry.life = set.life;
    else raise(state, entry, finding, set, at, policy, predecessors);
  }
  // Silent ones stay too: another version of this code may have shown them, and then they have to be taken back.
  for (const entry of gone) {
    const moved = state.changed.some((alert) => alert.continues === entry.alert.id);
    retract(state, entry, at, moved ? 'moved' : 'finding-gone');
  }
  return { kind: 'inspected' };
}

/** A new owner's first set may bring several at once: they are raised as they were said. */
function inOrderOfWords(findings: readonly Finding[]): Finding[] {
  return [...findings].sort((a, b) => a.wordsAtMs - b.wordsAtMs || (a.id < b.id ? -1 : 1));
}

/**
 * Records the new state of an alert; its version is its cause. A silent one is changed without a word. A patch that
 * names the alert's state makes that state due outside: to its routes, to whoever was told before, and to `also`.
 */
export function change(
  state: AlertState,
  entry: AlertFoldEntry,
  at: FactPlace,
  patch: Partial<Alert>,
  also: readonly string[] = [],
): void {
  if (entry.silent) {
    entry.alert = { ...entry.alert, ...patch };
    return;
  }
  const version = { offset: at.offset, index: state.changed.length };
  const alert = { ...entry.alert, ...patch, version };
  entry.alert = patch.state === undefined ? alert : withDue(alert, state.table, at.logMs, also);
  state.changed.push(entry.alert);
}

function stands(entry: AlertFoldEntry): boolean {
  return entry.alert.state === 'raised' || entry.alert.state === 'claimed';
}

/** Closed by a person or by time; what the words do then does not open it again. */
function settled(entry: AlertFoldEntry): boolean {
  return isFinalState(entry.alert.state) && entry.alert.state !== 'retracted';
}

function keep(state: AlertState, entry: AlertFoldEntry, finding: Finding, set: StandingSet, at: FactPlace): void {
  entry.life = set.life;
  const same = JSON.stringify([entry.alert.finding, entry.alert.summary]) === JSON.stringify([finding, set.summary]);
  if (same) return;
  change(state, entry, at, { finding, summary: set.summary, agents: set.summary.agents, reason: 'finding-changed' });
}

function raise(
  state: AlertState,
  again: AlertFoldEntry | undefined,
  finding: Finding,
  set: StandingSet,
  at: FactPlace,
  policy: AlertPolicy,
  predecessors: Map<string, AlertFoldEntry>,
): void {
  const predecessor = [...predecessors.values()].find((entry) => sameEpisode(entry.alert.finding, finding));
  if (predecessor) predecessors.delete(predecessor.alert.id);
  const before = inherited(predecessor?.alert, again?.alert);
  const history = before?.history ?? at.logMs - finding.wordsAtMs > policy.timeToLiveMs;
  const fresh: Alert = {
    id: finding.id,
    tenant: set.tenant,
    conversationId: set.conversationId,
    version: { offset: at.offset, index: 0 },
    state: before?.claimedBy === undefined ? 'raised' : 'claimed',
    finding,
    summary: set.summary,
    agents: set.summary.agents,
    interrupting: interrupts(finding.severity) && !history,
    history,
    shownTo: before?.shownTo ?? [],
    timeline: before?.timeline ?? timelineOf(finding, at),
    reason: predecessor ? 'moved-here' : again ? 'finding-again' : 'finding',
    ...(before?.claimedBy === undefined ? {} : { claimedBy: before.claimedBy }),
    ...(before?.useful === undefined ? {} : { useful: before.useful }),
    ...(predecessor ? { continues: predecessor.alert.id } : {}),
    ...(again?.alert.deliveries ? { deliveries: again.alert.deliveries } : {}),
  };
  const { closedMs: _closed, ...timeline } = fresh.timeline;
  const silent = before === undefined && !policy.raises(finding);
  const entry: AlertFoldEntry = again ?? { life: set.life, alert: fresh, silent };
  entry.life = set.life;
  entry.alert = { ...fresh, timeline };
  if (!again) state.entries.push(entry);
  change(state, entry, at, { state: fresh.state }, toldOpen(predecessor?.alert));
}

/** What people did to the alert under its other names; the one it moves from goes before what it once was itself. */
function inherited(moved: Alert | undefined, again: Alert | undefined): Alert | undefined {
  if (!moved || !again) return moved ?? again;
  return {
    ...again,
    ...moved,
    claimedBy: moved.claimedBy ?? again.claimedBy,
    useful: moved.useful ?? again.useful,
    shownTo: [...new Set([...moved.shownTo, ...again.shownTo])],
  };
}

function retract(state: AlertState, entry: AlertFoldEntry, at: FactPlace, reason: string): void {
  change(state, entry, at, { state: 'retracted', reason, timeline: { ...entry.alert.timeline, closedMs: at.logMs } });
}

/** A late word before it has moved the anchor: same rule, shared evidence, same set. */
function sameEpisode(old: Finding, now: Finding): boolean {
  if (old.ruleId !== now.ruleId || old.id === now.id) return false;
  return old.evidence.some((a) => now.evidence.some((b) => a.leg === b.leg && a.segment === b.segment));
}

function timelineOf(finding: Finding, at: FactPlace): Alert['timeline'] {
  const received = finding.receivedAtMs > 0 ? { receivedMs: finding.receivedAtMs } : {};
  return { spokenMs: finding.wordsAtMs, ...received, judgedMs: at.logMs };
}
