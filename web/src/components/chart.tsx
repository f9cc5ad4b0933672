import type { PlotOptions } from '@observablehq/plot';
import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { useWidth } from './useWidth.ts';

type Plot = typeof import('@observablehq/plot');

interface ChartProps {
  /** What the chart shows, in one sentence: its caption, and what it is called for who can't see it. */
  readonly caption: string;
  /** The plot at a width in pixels. Colours are `var(--…)` of styles/base.css. */
  readonly options: (plot: Plot, width: number) => PlotOptions;
  /** The same figures as text. */
  readonly children: ComponentChildren;
}

/** Plot writes a style element into what it draws, which the page's policy refuses; in a document that is never shown nobody asks. */
const drawing = document.implementation.createHTMLDocument();

/**
 * A plot as wide as its place, with its figures as text for who asks. Plot is fetched when the first chart is drawn, and the chart is
 * drawn anew whenever its owner is.
 */
export function Chart({ caption, options, children }: ChartProps) {
  const place = useRef<HTMLDivElement>(null);
  const width = useWidth(place);
  const plot = usePlot();
  useEffect(() => {
    if (plot === null || width === 0 || place.current === null) return;
    const figure = plot.plot({ document: drawing, ...options(plot, width), width });
    for (const style of figure.querySelectorAll('style')) style.remove();
    for (const part of figure.querySelectorAll('g[aria-label]')) part.removeAttribute('aria-label');
    const svg = figure instanceof SVGElement || figure.localName === 'svg' ? figure : figure.querySelector('svg');
    svg?.setAttribute('role', 'img');
    svg?.setAttribute('aria-label', caption);
    place.current.replaceChildren(document.adoptNode(figure));
  });
  return (
    <figure class="chart">
      <div ref={place} class="plot" />
      <figcaption>{caption}</figcaption>
      <details>
        <summary>The figures as text</summary>
        {children}
      </details>
    </figure>
  );
}

function usePlot(): Plot | null {
  const [plot, setPlot] = useState<Plot | null>(null);
  useEffect(() => {
    let wanted = true;
    import('@observablehq/plot').then((loaded) => wanted && setPlot(loaded));
    return () => {
      wanted = false;
    };
  }, []);
  return plot;
}
