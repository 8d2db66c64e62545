import { portSetting, switchSetting } from '@earshot/kit';
import { egressShape } from '@earshot/kit/egress';
import { z } from 'zod';

/** Settings of the one-process product; from flags, else from `EARSHOT_…`. */
export const standaloneConfig = z.object({
  host: z
    .string()
    .prefault('127.0.0.1')
    .describe('address to listen on; beyond loopback only with API keys in people.yaml'),
  publicUrl: z.url().optional().describe('address that people open; needed beyond loopback, https'),
  port: portSetting(8700).describe(
    'console; the next three: ingest HTTP +1 and gRPC +2, rules gRPC +3; 0: any free ones',
  ),
  dataDir: z.string().prefault('.earshot').describe('folder that everything is kept in'),
  rules: z
    .string()
    .optional()
    .describe('folder with rule files (*.yaml); default: the shipped rulebook and <data-dir>/rules'),
  people: z.string().optional().describe('people.yaml; default: <data-dir>/people.yaml, made at the first start'),
  routes: z.string().optional().describe('routes.yaml: who is told outside; default: <data-dir>/routes.yaml, if there'),
  ...egressShape,
  demo: switchSetting(true).describe('play the demo conversation; --no-demo: do not'),
  analysis: switchSetting(true).describe('open the analysis engine; --no-analysis: do not'),
  sentiment: switchSetting(true).describe('score how customers feel, for rules that ask; --no-sentiment: do not'),
  staffEmotion: switchSetting(false).describe('score what staff say too: an inference about people at work'),
  lang: z.enum(['zh', 'en']).optional().describe('language of what is printed and of the demo'),
});

export type StandaloneConfig = z.output<typeof standaloneConfig>;
