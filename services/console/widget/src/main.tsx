import '../../client/src/look/palette.css';
import '../../client/src/look/marked.css';
import './desk.css';
import './prompt.css';
import './talk.css';
import { render } from 'preact';
import { pickLanguage } from '../../client/src/words/translate.js';
import { boot } from './boot.js';
import { Desk } from './desk.js';
import { Message } from './message.js';

const root = document.getElementById('desk');
if (root) {
  const asked = new URLSearchParams(window.location.search).get('lang') ?? undefined;
  void boot((stage) => {
    if (stage.kind === 'ready') {
      const language = pickLanguage(localStorage, asked ?? stage.me.lang);
      render(<Desk session={stage.session} focus={stage.focus} language={language} />, root);
    } else {
      render(<Message stage={stage} language={pickLanguage(localStorage, asked)} />, root);
    }
  });
}
