export { Chance } from './chance.js';
export { PHRASES, sentence, simplify } from './vocabulary.js';
export { type Arrival, type TalkOptions, writeTalk } from './write-talk.js';
