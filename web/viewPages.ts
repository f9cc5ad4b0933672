import type { Plugin, Rolldown } from 'vite';

type Bundle = Rolldown.OutputBundle;
type Chunk = Rolldown.OutputChunk;

/**
 * Writes a page for each view, `for-you.html` for `views/forYou/forYou.tsx`, which names all files of the view: a browser asks for them
 * together, and not for the view's when the first script has run.
 */
export function viewPages(): Plugin {
  return {
    name: 'view-pages',
    generateBundle: {
      order: 'post',
      handler(_options, bundle) {
        const page = bundle['index.html'];
        if (page?.type !== 'asset') throw new Error('There is no index.html to make the pages of views from.');
        for (const view of Object.values(bundle)) {
          if (view.type !== 'chunk' || !view.facadeModuleId?.includes('/views/')) continue;
          this.emitFile({ type: 'asset', fileName: `${pathOf(view)}.html`, source: naming(String(page.source), bundle, view) });
        }
      },
    },
  };
}

/** `for-you` of `forYou`. */
function pathOf({ name }: Chunk): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

function naming(page: string, bundle: Bundle, view: Chunk): string {
  const chunks = chunksOf(bundle, view);
  const styles = new Set(chunks.flatMap(({ viteMetadata }) => [...(viteMetadata?.importedCss ?? [])]));
  const links = [
    ...chunks.map(({ fileName }) => ({ rel: 'modulepreload', href: `/${fileName}` })),
    ...Array.from(styles, (fileName) => ({ rel: 'stylesheet', href: `/${fileName}` })),
  ];
  const tags = links
    .filter(({ href }) => !page.includes(href))
    .map(({ rel, href }) => `    <link rel="${rel}" crossorigin href="${href}">\n`);
  return page.replace('  </head>', `${tags.join('')}  </head>`);
}

/** What a chunk imports, at once or later, and then itself, so that its styles come after theirs. */
function chunksOf(bundle: Bundle, chunk: Chunk): Chunk[] {
  // The entry fetches the views: each of them when it is opened.
  const names = chunk.isEntry ? [] : [...chunk.imports, ...chunk.dynamicImports];
  const needed = names.flatMap((name) => {
    const imported = bundle[name];
    return imported?.type === 'chunk' ? chunksOf(bundle, imported) : [];
  });
  return [...new Set([...needed, chunk])];
}
