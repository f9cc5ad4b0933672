import './styles/base.css';
import './styles/shell.css';
import './styles/parts.css';
import { render } from 'preact';
import { App } from './app.tsx';
import { startFeed } from './state/feed.ts';
import { startRouting } from './state/route.ts';
import { viewAt } from './views.ts';

startRouting((path) => viewAt(path) !== undefined);
startFeed();
// Its files are fetched while the frame is drawn.
void viewAt(location.pathname)?.load();
render(<App />, document.getElementById('app')!);
