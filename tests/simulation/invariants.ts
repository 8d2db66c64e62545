import {
  type Alert,
  compareVersions,
  conversationKey,
  type Finding,
  isFinalState,
  type StandingSet,
} from '@earshot/model';
import { decodeAlertRecord, decodeCaseFact, decodeConversationFact, TOPICS } from '@earshot/wire';
import { LATENESS_MS, LINGER_MS } from './limits.js';
import { outsideViolations } from './outside-invariants.js';
import { referenceLives } from './reference.js';
import type { World } from './world.js';

/** Everything that must hold after a run; an empty list means it does. */
export function violations(world: World): string[] {
  return [
    ...world.midway,
    ...findingsEqualReference(world),
    ...desktopEqualsWhatStands(world),
    ...desktopIsFinal(world),
    ...shownOnceAndInOrder(world),
    ...refoldIsBounded(world),
    ...claimsHold(world),
    ...everyLifeIsClosedAndToldSo(world),
    ...everyAlertEnds(world),
    ...shownCardsDoNotVanish(world),
    ...outsideViolations(world, highestVersions(world)),
  ];
}

/** What must hold whenever everyone has finished what is in hand. */
export function violationsAtRest(world: World): string[] {
  return [...findingsEqualReference(world), ...desktopEqualsWhatStands(world)].map((one) => `midway: ${one}`);
}

/** The last set of each life says what the reference says of it. */
function findingsEqualReference(world: World): string[] {
  const last = lastSets(world);
  const out: string[] = [];
  const worksFrom2 = engine2Takeover(world) === undefined ? undefined : world.engine2WorksFrom;
  const lastTakeover1 = lastEngine1Takeover(world);
  for (const life of referenceLives(world.log.conversations, LINGER_MS, LATENESS_MS)) {
    const told = last.get(`${life.key}@${life.birth}`)?.findings ?? [];
    const closedAt = life.closedAt ?? Number.POSITIVE_INFINITY;
    // A close that both engines may read can keep the verdict of either (the first in the log wins): one that stands
    // behind what engine 1 committed, or that was written while both worked.
    const engines: (1 | 2)[] =
      worksFrom2 === undefined || closedAt < worksFrom2 ? [1] : closedAt < lastTakeover1 ? [1, 2] : [2];
    if (!engines.some((engine) => digest(life.findings(engine)) === digest(told))) {
      const want = engines.map((engine) => digest(life.findings(engine))).join(' or ');
      out.push(`findings of ${life.key}@${life.birth}: told ${digest(told)}, reference ${want}`);
    }
  }
  return out;
}

/** By life, the set with the highest asOf. */
function lastSets(world: World): Map<string, StandingSet> {
  const last = new Map<string, StandingSet>();
  for (const set of standingSets(world)) {
    const name = `${conversationKey(set.tenant, set.conversationId)}@${set.life}`;
    const before = last.get(name);
    if (!before || set.asOf > before.asOf) last.set(name, set);
  }
  return last;
}

function standingSets(world: World): StandingSet[] {
  return world.log.of(TOPICS.cases).flatMap(({ value }) => {
    const { body } = decodeCaseFact(value);
    return body.kind === 'standing' ? [body.set] : [];
  });
}

/** A finding stands if the life that asserted it last still says so; the desktop shows exactly these as not retracted. */
function desktopEqualsWhatStands(world: World): string[] {
  const last = lastSets(world);
  const asserted = new Map<string, { asOf: number; life: string }>();
  for (const set of standingSets(world)) {
    const life = `${conversationKey(set.tenant, set.conversationId)}@${set.life}`;
    for (const { id } of set.findings) {
      if ((asserted.get(id)?.asOf ?? -1) < set.asOf) asserted.set(id, { asOf: set.asOf, life });
    }
  }
  const out: string[] = [];
  for (const [id, { life }] of asserted) {
    const stands = last.get(life)?.findings.some((finding) => finding.id === id) ?? false;
    const shown = world.desktop.alerts.get(id);
    const name = `${shown?.finding.ruleId ?? ''} ${id}`;
    // Alerting's second version raises no alert for this rule, unless somebody had been shown it in this case; what was
    // shown in a case that has been closed was over with it.
    if (stands && world.alerting === 2 && (!shown || closedSince(world, shown))) continue;
    if (stands && (!shown || shown.state === 'retracted'))
      out.push(`alert ${name} stands, the desktop shows ${shown?.state ?? 'nothing'}`);
    if (!stands && (shown?.state === 'raised' || shown?.state === 'claimed'))
      out.push(`alert ${name} no longer stands, the desktop shows ${shown.state}`);
  }
  return out;
}

/** Whether the alert's case has been closed since the alert was last told. */
function closedSince(world: World, { conversationId, version }: Alert): boolean {
  const own = world.log
    .of(TOPICS.cases)
    .map(({ offset, value }) => ({ offset, ...decodeCaseFact(value) }))
    .filter((fact) => fact.conversationId === conversationId && fact.offset > version.offset);
  return own.some(({ offset: at, body }) => {
    if (body.kind !== 'closed') return false;
    const spoken = own.filter((fact) => fact.body.kind === 'standing' || fact.body.kind === 'action');
    return spoken.every(({ offset }) => offset <= body.lastOffset || offset > at);
  });
}

function desktopIsFinal(world: World): string[] {
  const final = highestVersions(world);
  const out: string[] = [];
  for (const [id, alert] of final) {
    const shown = world.desktop.alerts.get(id);
    if (!shown) out.push(`alert ${id} (${alert.finding.ruleId}, ${alert.state}) vanished from the desktop`);
    else if (JSON.stringify(shown) !== JSON.stringify(alert))
      out.push(`desktop shows ${id} as ${shown.state}, it is ${alert.state}`);
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

function refoldIsBounded(world: World): string[] {
  // Records between the decision for a checkpoint and its counting come on top of the bound.
  return world.worstRefold <= world.refoldBound
    ? []
    : [`refolded ${world.worstRefold} records, bound ${world.refoldBound}`];
}

/** A claim holds as long as the case lives (a repeat long after its close raises the alert afresh) or it moves. */
function claimsHold(world: World): string[] {
  const claimed = new Map<string, string>();
  for (const { value } of world.log.of(TOPICS.alerts)) {
    const said = decodeAlertRecord(value);
    if (said.kind !== 'alert') continue;
    const { id, reason, claimedBy } = said.alert;
    if (reason === 'claim' && claimedBy !== undefined) claimed.set(id, claimedBy);
    if (reason === 'finding') claimed.delete(id);
  }
  const out: string[] = [];
  for (const [id, by] of claimed) {
    const shown = world.desktop.alerts.get(id);
    if (shown && shown.claimedBy !== by && shown.reason !== 'moved') out.push(`claim of ${id} by ${by} was lost`);
  }
  return out;
}

function everyLifeIsClosedAndToldSo(world: World): string[] {
  const last = lastSets(world);
  const lives = referenceLives(world.log.conversations, LINGER_MS, LATENESS_MS);
  const names = new Set(lives.map((life) => `${life.key}@${life.birth}`));
  const unknown = [...last.keys()].filter((name) => !names.has(name)).map((name) => `${name} was told, but is no life`);
  const open = lives.flatMap((life) => {
    const name = `${life.key}@${life.birth}`;
    if (life.closedAt === undefined) return [`life ${name} was never closed`];
    return last.get(name)?.closing ? [] : [`life ${name} was closed but not told so`];
  });
  return [...unknown, ...open];
}

/** Once every case is closed no alert stands open on a desktop for ever. */
function everyAlertEnds(world: World): string[] {
  const open = [...world.desktop.alerts.values()].filter((alert) => !isFinalState(alert.state));
  return open.map((alert) => `alert ${alert.id} is still ${alert.state} after its case was closed`);
}

/** Whatever code alerting was changed to: a card that was shown leaves by retraction, resolution or expiry. */
function shownCardsDoNotVanish(world: World): string[] {
  const shown = new Set(world.desktop.painted.map((one) => one.id));
  return [...shown].filter((id) => !world.desktop.alerts.has(id)).map((id) => `shown alert ${id} vanished`);
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

function engine2Takeover(world: World): number | undefined {
  return takeovers(world).find((one) => one.owner.startsWith('engine-2'))?.offset;
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
    .map(
      (one) =>
        `${one.ruleId}/${one.anchor}[${one.evidence.map((e) => `${e.leg}${e.segment}r${e.revision}`).join(',')}]${one.provisional ? '?' : ''}`,
    )
    .sort()
    .join(' ');
}
