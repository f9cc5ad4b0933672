import { computed, signal } from '@preact/signals';

/** Where the page stands: a path of a view and what it is about. */
interface Route {
  readonly path: string;
  readonly query: URLSearchParams;
}

const read = (): Route => ({ path: location.pathname, query: new URLSearchParams(location.search) });

export const route = signal<Route>(read());

/** Whose list, taste and place the views show; the same in all of them. */
export const userId = computed(() => route.value.query.get('user') ?? '');

/** Counts arrivals at another view, after which it gets the focus. */
export const arrivals = signal(0);

function go(href: string): void {
  history.pushState(null, '', href);
  arrive();
  scrollTo(0, 0);
}

/** Changes what the view is about, and stays in it; null and no value at all take a name away. */
export function setQuery(changes: Record<string, string | readonly string[] | null>, { replace = false } = {}): void {
  const query = new URLSearchParams(route.value.query);
  for (const [name, value] of Object.entries(changes)) {
    query.delete(name);
    for (const each of [value ?? []].flat()) if (each !== '') query.append(name, each);
  }
  const href = `${route.value.path}${query.size > 0 ? `?${query}` : ''}`;
  if (replace) history.replaceState(null, '', href);
  else history.pushState(null, '', href);
  route.value = read();
}

/** The address of a view, about the same user unless told otherwise. */
export function hrefOf(path: string, about: Record<string, string> = {}): string {
  const query = new URLSearchParams({ ...(userId.value === '' ? {} : { user: userId.value }), ...about });
  return query.size > 0 ? `${path}?${query}` : path;
}

/** Follows links inside the page without loading it anew, and the browser's own back and forward. */
export function startRouting(isView: (path: string) => boolean): void {
  addEventListener('popstate', arrive);
  document.addEventListener('click', (event) => {
    const link = event.target instanceof Element ? event.target.closest('a') : null;
    if (link === null || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    if (event.defaultPrevented || link.origin !== location.origin || link.target !== '' || !isView(link.pathname)) return;
    if (link.hash !== '' && link.pathname === location.pathname) return;
    event.preventDefault();
    go(link.href);
  });
}

function arrive(): void {
  const last = route.value.path;
  route.value = read();
  if (route.value.path !== last) arrivals.value += 1;
}
