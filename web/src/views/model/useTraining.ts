import { useEffect, useRef, useState } from 'preact/hooks';
import { useSoon } from '../../components/useSoon.ts';
import { subscribe } from '../../graphql/socket.ts';
import { type ProgressSubscription, progress } from './model.operations.ts';

export type Progress = ProgressSubscription['trainingProgress'];
export type Loss = Pick<Progress, 'model' | 'epoch' | 'rmse'> & { readonly loss: number };

export interface Run {
  readonly newest: Progress;
  readonly losses: readonly Loss[];
}

/** News comes for every epoch; the page follows at this pace. */
const PACE_MS = 250;

/**
 * The training under way, as far as this page has heard of it; null when it has not.
 * @param onChange called when a training has ended, and when news may have been missed
 */
export function useTraining(onChange: () => void): Run | null {
  const heard = useRef<Run | null>(null);
  const [shown, setShown] = useState<Run | null>(null);
  const showSoon = useSoon(() => setShown(heard.current), { milliseconds: PACE_MS });
  const changed = useRef(onChange);
  changed.current = onChange;
  useEffect(() => {
    const restart = () => {
      heard.current = null;
      showSoon();
      changed.current();
    };
    const hear = ({ trainingProgress: newest }: ProgressSubscription) => {
      if (newest.finished) return restart();
      const losses = heard.current?.losses ?? [];
      const { model, epoch, loss, rmse } = newest;
      heard.current = { newest, losses: loss === null ? losses : [...losses, { model, epoch, loss, rmse }] };
      showSoon();
    };
    let isFirst = true;
    return subscribe(progress, {}, hear, () => {
      if (!isFirst) restart();
      isFirst = false;
    });
  }, []);
  return shown;
}
