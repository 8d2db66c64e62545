import { createEgress, egressSettings, egressShape } from '@earshot/kit/egress';
import { openKafkaLog, SESSION_MS } from '@earshot/log/kafka';
import { runProcess } from '@earshot/process';
import { z } from 'zod';
import { create, createDeliveries, signingSecrets, webhookSender } from './index.js';

const settings = {
  ...egressShape,
  publicUrl: z.url().describe('address at which people open the console: where the links of webhooks lead'),
  secretsDir: z.string().prefault('secrets').describe('folder with the signing secrets of routes, one a file'),
};

await runProcess(
  { service: 'alert', settings, openLog: openKafkaLog },
  async ({ followControl, scope, ...parts }, config) => {
    const { past, controlEpoch } = await followControl();
    const alert = await create({ ...parts, routing: past });
    scope.defer('alert', () => alert.stop());

    const egress = createEgress(egressSettings(config));
    scope.defer('egress', () => egress.close());
    const sender = webhookSender({
      egress,
      route: (tenant, id) => past.routes(tenant).routes.find((one) => one.id === id),
      routesEpoch: (tenant) => past.routes(tenant).epoch,
      secret: signingSecrets(config.secretsDir, process.env),
      linkTo: (conversationId, alertId) =>
        new URL(`/#/c/${encodeURIComponent(conversationId)}?alert=${alertId}`, config.publicUrl).href,
      now: () => parts.log.clock(),
    });
    const session = { sessionTimeoutMs: SESSION_MS };
    const deliveries = await createDeliveries({ ...parts, sender, controlEpoch, settings: session });
    scope.defer('deliveries', () => deliveries.stop());
    return {};
  },
);
