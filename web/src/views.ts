import type { ComponentType } from 'preact';

export interface View {
  readonly path: string;
  /** In the navigation and in the title of the document. */
  readonly name: string;
  /** What it is for, in a few words. */
  readonly lead: string;
  load(): Promise<{ readonly default: ComponentType }>;
}

/** Every view, in the order of the navigation; the first is shown at `/`, too. The server knows the paths (src/server/dashboard.ts). */
export const VIEWS: readonly [View, ...View[]] = [
  {
    path: '/for-you',
    name: 'For you',
    lead: 'What somebody may like, and how sure the model is.',
    load: () => import('./views/forYou/forYou.tsx'),
  },
  {
    path: '/why',
    name: 'Why',
    lead: 'What a prediction is made of.',
    load: () => import('./views/why/why.tsx'),
  },
  {
    path: '/live',
    name: 'Learning live',
    lead: 'How well each rating was predicted, the moment it arrives.',
    load: () => import('./views/live/live.tsx'),
  },
  {
    path: '/model',
    name: 'Model',
    lead: 'What serves, how good it is, and what it was trained from.',
    load: () => import('./views/model/model.tsx'),
  },
  {
    path: '/data',
    name: 'Data',
    lead: 'What there is to learn from, and whom it serves.',
    load: () => import('./views/data/data.tsx'),
  },
  {
    path: '/map',
    name: 'Taste map',
    lead: 'Films and people on two axes of taste.',
    load: () => import('./views/map/map.tsx'),
  },
];

export function viewAt(path: string): View | undefined {
  return path === '/' ? VIEWS[0] : VIEWS.find((view) => view.path === path);
}
