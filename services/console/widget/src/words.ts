import sharedEn from '../../client/src/words/en.json';
import { type Language, type Translate, translator } from '../../client/src/words/translate.js';
import sharedZh from '../../client/src/words/zh.json';
import en from './words/en.json';
import zh from './words/zh.json';

export function words(language: Language): Translate {
  return language === 'zh' ? translator(sharedZh, zh) : translator(sharedEn, en);
}
