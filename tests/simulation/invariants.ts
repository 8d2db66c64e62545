import { type Alert, compareVersions, conversationKey, type Finding, type StandingSet } from '@earshot/model';
import { decodeAlertRecord, decodeCaseFact, decodeConversationFact, TOPICS } from '@earshot/wire';
import { referenceLives } from './reference.js';
import { LATENESS_MS, LINGER_MS, type World } from './world.js';

/** Everything that must hold after a run; an empty list means it does. */
export function violations(world: World): string[] {
  return [
    ...findingsEqualReference(world),
    ...desktopIsFinal(world),
    ...shownOnceAndInOrder(world),
    ...toldAreToldTheRetraction(world),
    ...refoldIsBounded(world),
    ...claimsHold(world),
    ...nothingLeftOpen(world),
  ];
}

/** The last set of each life says what the reference says of it. */
function findingsEqualReference(world: World): string[] {
  const last = new Map<string, StandingSet>();
  for (const { value } of world.log.of(TOPICS.cases)) {
    const { body } = decodeCaseFact(value);
    if (body.kind !== 'standing') continue;
    const name = `${conversationKey(body.set.tenant, body.set.conversationId)}@${body.set.life}`;
    const before = last.get(name);
    if (!before || body.set.asOf > before.asOf) last.set(name, body.set);
  }
  const out: string[] = [];
  const firstTakeover2 = engine2Takeover(world);
  const lastTakeover1 = lastEngine1Takeover(world);
  for (const life of referenceLives(world.log.conversations, LINGER_MS, LATENESS_MS)) {
    const told = last.get(`${life.key}@${life.birth}`)?.findings ?? [];
    const closedAt = life.closedAt ?? Number.POSITIVE_INFINITY;
    // A life that closes while both engines work may keep the verdict of either: the first in the log wins.
    const engines: (1 | 2)[] = closedAt < firstTakeover2 ? [1] : closedAt < lastTakeover1 ? [1, 2] : [2];
    if (!engines.some((engine) => digest(life.findings(engine)) === digest(told))) {
      const want = engines.map((engine) => digest(life.findings(engine))).join(' or ');
      out.push(`findings of ${life.key}@${life.birth}: told ${digest(told)}, reference ${want}`);
    }
  }
  return out;
}

function desktopIsFinal(world: World): string[] {
  const final = highestVersions(world);
  const out: string[] = [];
  for (const [id, alert] of final) {
    const shown = world.desktop.alerts.get(id);
    if (!shown) out.push(`alert ${id} (${alert.finding.ruleId}, ${alert.state}) vanished from the desktop`);
    else if (JSON.stringify(shown) !== JSON.stringify(alert)) out.push(`desktop shows ${id} as ${shown.state}, it is ${alert.state}`);
  }
  for (const id of world.desktop.alerts.keys()) if (!final.has(id)) out.push(`desktop shows unknown alert ${id}`);
  return out;
}

function shownOnceAndInOrder(world: World): string[] {
  const out: string[] = [];
  const last = new Map<string, { offset: number; index: number }>();
  const popUps = new Set<string>();
  for (const { id, version, popUp } of world.desktop.painted) {
    const before = last.get(id);
    if (before && compareVersions(version, before) <= 0) out.push(`alert ${id} painted twice or out of order`);
    last.set(id, version);
    if (popUp && popUps.has(id)) out.push(`alert ${id} popped up twice`);
    if (popUp) popUps.add(id);
  }
  return out;
}

/** Whoever saw an alert whose finding no longer stands has been shown its end. */
function toldAreToldTheRetraction(world: World): string[] {
  const standing = new Set<string>();
  const touched = new Set<string>();
  const lives = referenceLives(world.log.conversations, LINGER_MS, LATENESS_MS);
  for (const life of lives) {
    for (const engine of [1, 2] as const) {
      for (const finding of life.findings(engine)) standing.add(finding.id);
    }
    touched.add(life.key);
  }
  const out: string[] = [];
  for (const alert of world.desktop.alerts.values()) {
    const open = alert.state === 'raised' || alert.state === 'claimed' || alert.state === 'expired';
    if (open && !standing.has(alert.id)) out.push(`alert ${alert.id} (${alert.finding.ruleId}) stands on the desktop, not in the reference`);
    if (alert.state === 'retracted' && lives.length === touched.size && stillStands(alert, lives)) {
      out.push(`alert ${alert.id} was retracted although it stands`);
    }
  }
  return out;
}

function stillStands(alert: Alert, lives: ReturnType<typeof referenceLives>): boolean {
  const key = conversationKey(alert.tenant, alert.conversationId);
  return lives.some((life) => life.key === key && life.findings(1).some((finding) => finding.id === alert.id));
}

function refoldIsBounded(world: World): string[] {
  // Records between the decision for a checkpoint and its counting come on top of the bound.
  return world.worstRefold <= world.refoldBound ? [] : [`refolded ${world.worstRefold} records, bound ${world.refoldBound}`];
}

/** The first claim in the log of an alert that was never moved or closed before is the one that holds. */
function claimsHold(world: World): string[] {
  const out: string[] = [];
  for (const { value } of world.log.of(TOPICS.alerts)) {
    const said = decodeAlertRecord(value);
    if (said.kind !== 'alert' || said.alert.reason !== 'claim') continue;
    const shown = world.desktop.alerts.get(said.alert.id);
    if (shown && shown.claimedBy !== said.alert.claimedBy && shown.reason !== 'moved') {
      out.push(`claim of ${said.alert.id} by ${said.alert.claimedBy} was lost`);
    }
  }
  return out;
}

function nothingLeftOpen(world: World): string[] {
  const open = referenceLives(world.log.conversations, LINGER_MS, LATENESS_MS).filter((life) => life.closedAt === undefined);
  return open.map((life) => `life ${life.key}@${life.birth} was never closed`);
}

function highestVersions(world: World): Map<string, Alert> {
  const final = new Map<string, Alert>();
  const apply = (alert: Alert) => {
    const before = final.get(alert.id);
    if (!before || compareVersions(alert.version, before.version) > 0) final.set(alert.id, alert);
  };
  for (const { value } of world.log.of(TOPICS.alerts)) {
    const said = decodeAlertRecord(value);
    if (said.kind === 'alert') apply(said.alert);
    else for (const alert of said.list.alerts) apply(alert);
  }
  return final;
}

function engine2Takeover(world: World): number {
  return takeovers(world).find((one) => one.owner.startsWith('engine-2'))?.offset ?? Number.POSITIVE_INFINITY;
}

/** Where the last engine 1 was last able to speak: the takeover of engine 2 behind its own last takeover. */
function lastEngine1Takeover(world: World): number {
  const all = takeovers(world);
  const last1 = all.filter((one) => one.owner.startsWith('engine-1')).at(-1)?.offset ?? -1;
  return all.find((one) => one.owner.startsWith('engine-2') && one.offset > last1)?.offset ?? Number.POSITIVE_INFINITY;
}

function takeovers(world: World): { offset: number; owner: string }[] {
  return world.log.conversations.flatMap(({ offset, value }) => {
    const { body } = decodeConversationFact(value);
    return body.kind === 'takeover' ? [{ offset, owner: body.owner }] : [];
  });
}

function digest(findings: readonly Finding[]): string {
  return findings
    .map((one) => `${one.ruleId}/${one.anchor}[${one.evidence.map((e) => `${e.leg}${e.segment}r${e.revision}`).join(',')}]${one.provisional ? '?' : ''}`)
    .sort()
    .join(' ');
}
