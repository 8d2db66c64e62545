import { openKafkaLog } from '@earshot/log/kafka';
import { runProcess } from '@earshot/process';
import { z } from 'zod';
import { create, createHistory } from './index.js';

const settings = {
  lang: z.enum(['zh', 'en']).prefault('zh').describe('language of the prompts that agents read'),
};

await runProcess(
  { service: 'rule-engine', settings, openLog: openKafkaLog },
  async ({ followControl, scope, ...parts }, { lang }) => {
    const { ruleSet, controlEpoch } = await followControl();
    const engine = await create({ ...parts, ruleSet, controlEpoch, settings: { language: lang } });
    scope.defer('rule-engine', () => engine.stop());
    const history = await createHistory(parts);
    scope.defer('history', () => history.stop());
    return {};
  },
);
