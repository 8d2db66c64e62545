import { createContext, useContext, useSyncExternalStore } from 'react';
import type { LiveSession } from '../../client/src/live/session.js';
import type { LiveState } from '../../client/src/live/state.js';
import sharedEn from '../../client/src/words/en.json';
import { type Language, type Translate, translator } from '../../client/src/words/translate.js';
import sharedZh from '../../client/src/words/zh.json';
import en from './words/en.json';
import zh from './words/zh.json';

/** What is worth offering to this person; the server decides by itself. */
export interface May {
  live: boolean;
  rules?: 'read' | 'publish';
}

export interface Ui {
  t: Translate;
  language: Language;
  session: LiveSession;
  may: May;
  /** Where conversations are sent in over HTTP, where the server tells. */
  ingestUrl?: string;
}

export const UiContext = createContext<Ui | undefined>(undefined);

export function useUi(): Ui {
  const ui = useContext(UiContext);
  if (!ui) throw new Error('outside of the wall');
  return ui;
}

const CATALOGUES = { zh: translator(sharedZh, zh), en: translator(sharedEn, en) };

export function words(language: Language): Translate {
  return CATALOGUES[language];
}

/** `select` must return a part of the state itself, never a fresh object. */
export function useLive<T>(select: (state: LiveState) => T): T {
  const { session } = useUi();
  return useSyncExternalStore(session.subscribe, () => select(session.state()));
}

const beats = new Set<() => void>();
let nowMs = Date.now();
let timer: ReturnType<typeof setInterval> | undefined;

/** One clock for the whole page: every age on it changes in the same beat. */
function onBeat(listener: () => void): () => void {
  beats.add(listener);
  timer ??= setInterval(() => {
    nowMs = Date.now();
    for (const beat of beats) beat();
  }, 1000);
  return () => {
    beats.delete(listener);
    if (beats.size === 0) {
      clearInterval(timer);
      timer = undefined;
    }
  };
}

export function useNow(): number {
  return useSyncExternalStore(onBeat, () => nowMs);
}
