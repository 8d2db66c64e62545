import { type Alert, compareVersions, isFinalState } from '@earshot/model';
import type { Arrived } from './outside.js';
import type { World } from './world.js';

/** What must hold for whoever is told outside. */
export function outsideViolations({ outside }: World, final: Map<string, Alert>): string[] {
  if (!outside) return [];
  const told = new Map<string, Arrived[]>();
  for (const one of outside.arrived) {
    const name = `${one.recipient} ${one.due.alertId}`;
    told.set(name, [...(told.get(name) ?? []), one]);
  }
  return [...whoWasToldKnowsTheEnd(told, final), ...inOrderAndNamedOnce(told), ...everyAlertWentOut(told, final)];
}

function whoWasToldKnowsTheEnd(told: Map<string, Arrived[]>, final: Map<string, Alert>): string[] {
  return [...told].flatMap(([name, arrived]) => {
    const last = arrived.at(-1)?.due;
    const alert = last && final.get(last.alertId);
    if (!alert) return [`${name} was told of an alert that there is not`];
    // A later life may raise it again as history, which stays inside: then it is over for them, however it ended here.
    const over = alert.history && isFinalState(last.operation) && isFinalState(alert.state);
    return over || last.operation === alert.state ? [] : [`${name} was told ${last.operation}, it is ${alert.state}`];
  });
}

/** The same may come again as long as nothing newer has come: the receiver knows it by its name. */
function inOrderAndNamedOnce(told: Map<string, Arrived[]>): string[] {
  return [...told].flatMap(([name, arrived]) =>
    arrived.slice(1).flatMap(({ due }, index) => {
      const before = arrived[index]?.due;
      if (!before || due.id === before.id) return [];
      if (due.operation === before.operation) return [`${name} was told ${due.operation} twice under two names`];
      if (compareVersions(due.cause, before.cause) > 0) return [];
      return [`${name} was told ${due.operation} after the newer ${before.operation}`];
    }),
  );
}

function everyAlertWentOut(told: Map<string, Arrived[]>, final: Map<string, Alert>): string[] {
  return [...final.values()]
    .filter((alert) => !alert.history && !told.has(`always ${alert.id}`))
    .map((alert) => `nobody outside was told of alert ${alert.id} (${alert.finding.ruleId}, ${alert.state})`);
}
