export { type Corpus, type CorpusConversation, type CorpusCounts, measureCorpus } from './measure.js';
export { loadStarterRulebook } from './starter.js';
