import type { ComponentType } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { Banners } from './components/banners.tsx';
import { Failure, Loading } from './components/states.tsx';
import { epoch } from './graphql/session.ts';
import { arrivals, hrefOf, route } from './state/route.ts';
import { VIEWS, type View, viewAt } from './views.ts';

/** The frame around every view: name, navigation, what is wrong, the view. */
export function App() {
  const view = viewAt(route.value.path) ?? VIEWS[0];
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${view.name} · Tastegraph`;
  }, [view]);
  const arrived = arrivals.value;
  useEffect(() => {
    if (arrived > 0) heading.current?.focus();
  }, [arrived]);
  return (
    <>
      <a class="skip" href="#content">
        Skip to the content
      </a>
      <header class="top">
        <a class="brand" href={hrefOf('/')}>
          <img src="/icon.svg" alt="" width="28" height="28" />
          Tastegraph
        </a>
        <Navigation current={view} />
      </header>
      <Banners />
      <main id="content" tabIndex={-1}>
        <div class="lead">
          <h1 ref={heading} tabIndex={-1}>
            {view.name}
          </h1>
          <p>{view.lead}</p>
        </div>
        <Loaded key={view.path} view={view} />
      </main>
      <footer class="foot">
        <a href="/graphql">Playground</a>
        <a href="/metrics">Metrics</a>
      </footer>
    </>
  );
}

function Navigation({ current }: { readonly current: View }) {
  return (
    <nav aria-label="Views">
      {VIEWS.map((view) => (
        <a key={view.path} href={hrefOf(view.path)} aria-current={view === current ? 'page' : undefined}>
          {view.name}
        </a>
      ))}
    </nav>
  );
}

/** A view is fetched when it is first opened; where that failed, again when the server is back. */
function Loaded({ view }: { readonly view: View }) {
  const [loaded, setLoaded] = useState<{ readonly Content: ComponentType } | 'failed' | null>(null);
  useEffect(() => {
    view.load().then(
      ({ default: Content }) => setLoaded({ Content }),
      () => setLoaded('failed'),
    );
  }, [view]);
  const again = epoch.value;
  useEffect(() => {
    if (loaded === 'failed') location.reload();
  }, [again]);
  if (loaded === null) return <Loading what={view.name} />;
  if (loaded === 'failed') {
    return (
      <Failure message="This view can't be loaded: the server doesn't answer, or has a newer version." onRetry={() => location.reload()} />
    );
  }
  return <loaded.Content />;
}
