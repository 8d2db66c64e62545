import '../../client/src/look/palette.css';
import '../../client/src/look/marked.css';
import './look/base.css';
import './look/table.css';
import './look/inbox.css';
import './look/page.css';
import './look/rules.css';
import './look/why.css';
import './look/mood.css';
import { createRoot } from 'react-dom/client';
import { App } from './app.js';
import { boot } from './boot.js';

const element = document.getElementById('wall');
if (element) {
  const root = createRoot(element);
  const asked = new URLSearchParams(window.location.search).get('lang') ?? undefined;
  void boot((stage) => root.render(<App stage={stage} asked={asked} />));
}
