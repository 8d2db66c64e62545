import { type Alert, type AlertVersion, compareVersions } from '@earshot/model';
import { decodeAlertRecord, TOPICS } from '@earshot/wire';
import type { SimLog } from './sim-log.js';

export interface DesktopRules {
  /** The wrong receiver: paints whatever comes. */
  noDedup?: boolean;
}

/** The client's rules: store (alert, version) before painting, apply only higher versions, keep what is newer than a list. */
export class Desktop {
  readonly alerts = new Map<string, Alert>();
  /** Every paint, in order. */
  readonly painted: { id: string; version: AlertVersion; state: Alert['state']; popUp: boolean }[] = [];
  private readonly versions = new Map<string, AlertVersion>();
  private position = 0;

  constructor(
    private readonly log: SimLog,
    private readonly rules: DesktopRules = {},
  ) {}

  get lag(): number {
    return this.log.of(TOPICS.alerts).length - this.position;
  }

  /** Resumes from an older cursor: records come again. */
  reconnect(back: number): void {
    this.position = Math.max(0, this.position - back);
  }

  /** Reads the next record; returns what it painted. */
  step(): Alert[] {
    const record = this.log.of(TOPICS.alerts)[this.position];
    if (!record) return [];
    this.position++;
    const said = decodeAlertRecord(record.value);
    if (said.kind === 'alert') return this.apply(said.alert);
    const { life, asOf, conversationId, alerts } = said.list;
    const listed = new Set(alerts.map((alert) => alert.id));
    for (const alert of [...this.alerts.values()]) {
      const { offset } = alert.version;
      if (alert.conversationId !== conversationId || listed.has(alert.id) || offset > asOf || offset < life) continue;
      this.alerts.delete(alert.id);
    }
    return alerts.flatMap((alert) => this.apply(alert));
  }

  private apply(alert: Alert): Alert[] {
    const stored = this.versions.get(alert.id);
    if (!this.rules.noDedup && stored && compareVersions(alert.version, stored) <= 0) return [];
    const popUp =
      !this.painted.some((one) => one.id === alert.id) && alert.continues === undefined && alert.state === 'raised';
    this.versions.set(alert.id, alert.version);
    this.alerts.set(alert.id, alert);
    this.painted.push({ id: alert.id, version: alert.version, state: alert.state, popUp });
    return [alert];
  }
}
