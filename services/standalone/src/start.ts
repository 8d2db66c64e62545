import { rmSync } from 'node:fs';
import { DEMO_STAFF } from '@earshot/control';
import { type DataFolder, type Logger, type RunContext, writeWhole } from '@earshot/kit';
import { assemble } from './assemble.js';
import type { StandaloneConfig } from './config.js';
import { playDemo, watchAlerts } from './demo.js';
import { textsOf } from './texts.js';

export interface StartOptions extends RunContext {
  config: StandaloneConfig;
  folder: DataFolder;
  logger: Logger;
  say(line: string): void;
}

/** An engine that is installed is open by then. */
const ANALYSIS_SOON_MS = 5_000;

/** Starts the product and tells the person at the terminal what there is; the demo goes on behind it. */
export async function start({ config, folder, logger, scope, stop, stopping, say }: StartOptions): Promise<void> {
  const startedMs = performance.now();
  const lang = config.lang ?? (/^zh/i.test(process.env.LC_ALL ?? process.env.LANG ?? '') ? 'zh' : 'en');
  const texts = textsOf(lang);
  let isUp = false;
  scope.defer('farewell', () => (isUp ? say(texts.stopped) : undefined));
  const system = await assemble({ config, folder, logger, scope, onFatal: () => stop(1) });
  isUp = true;

  const httpUrl = system.doors.http.url;
  const grpcAddress = `${system.doors.grpc.host}:${system.doors.grpc.port}`;
  const { grpc: rulesDoor } = system.console;
  const rulesAddress = rulesDoor && `${rulesDoor.address.host}:${rulesDoor.address.port}`;
  writeWhole(
    folder.instance,
    JSON.stringify({
      pid: process.pid,
      consoleUrl: system.console.url,
      httpUrl,
      grpcAddress,
      rulesAddress,
      adminToken: system.adminToken,
    }),
  );
  scope.defer('instance file', () => rmSync(folder.instance, { force: true }));

  say(texts.ready(system.console.url, performance.now() - startedMs));
  say(texts.doors(httpUrl, grpcAddress));
  if (rulesAddress) say(texts.rulesDoor(rulesAddress));
  const staff = system.people()?.people ?? [];
  const invited = DEMO_STAFF.flatMap(({ staffNumber, role }) =>
    staff.filter((one) => one.staffNumber === staffNumber).map((one) => ({ ...one, role })),
  );
  if (invited.length > 0) say(texts.links);
  for (const one of invited) {
    const link = await system.console.issueSignInLink(one.staffNumber);
    say(`  ${texts.role(one.role)} ${one.name} (${one.staffNumber})  ${link}`);
  }

  if (config.analysis) {
    const analytics = system.startAnalysis();
    analytics.onState((state) => {
      if (!stopping.aborted) say(state === 'on' ? texts.analysisOn : texts.analysisOff);
    });
    const missing = setTimeout(
      () => (analytics.state() === 'off' ? say(texts.analysisOff) : undefined),
      ANALYSIS_SOON_MS,
    );
    scope.defer('word about analysis', () => clearTimeout(missing));
  }
  const watch = await watchAlerts(system.log, (alert) => say(texts.alert(alert)));
  scope.defer('alert watch', () => watch.stop());
  if (!config.demo) return;
  const demo = playDemo(lang, grpcAddress, stopping, (name) => say(texts.demo(name)))
    .then(() => (stopping.aborted ? undefined : say(texts.demoOver)))
    .catch(() => (stopping.aborted ? undefined : say(texts.demoFailed)));
  scope.defer('demo', () => demo);
}
