import { switchSetting } from '@earshot/kit';
import { openKafkaLog } from '@earshot/log/kafka';
import { runProcess } from '@earshot/process';
import { create } from './index.js';

const settings = {
  staffEmotion: switchSetting(false).describe('score what staff say too: an inference about people at work'),
};

await runProcess(
  { service: 'sentiment', settings, openLog: openKafkaLog },
  async ({ scope, ...parts }, { staffEmotion }) => {
    const sentiment = await create({ ...parts, hears: () => ({ staff: staffEmotion }) });
    scope.defer('sentiment', () => sentiment.stop());
    return {};
  },
);
