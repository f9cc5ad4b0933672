import { useEffect, useState } from 'preact/hooks';
import { useSoon } from '../../components/useSoon.ts';
import { missedUpdates, type UpdateFragment } from '../../graphql/updates.operations.ts';
import { type Query, useQuery } from '../../graphql/useQuery.ts';
import { useUpdates } from '../../state/feed.ts';
import { type History, historyOf, joined, type Point } from './history.ts';
import { type LiveHistoryQuery, type LiveNowQuery, liveHistory, liveNow } from './live.operations.ts';

/** Events from before the page was opened that are drawn, too; trainings have updates beside those, without a place of their own. */
const BEFORE = 300;
const MOST_UPDATES = 2 * BEFORE;
const SAMPLES = 1_000;

export interface Live {
  /** What everything else waits for. */
  readonly query: Query<LiveHistoryQuery>;
  readonly history: History;
  readonly model: LiveNowQuery['model'] | undefined;
  /** The server's clock, milliseconds since 1970. */
  now(): number;
}

/** The history of the model's predictions, which grows while somebody looks. */
export function useHistory(): Live {
  const query = useQuery(liveHistory, {});
  const opened = useFirst(query.data?.model.sequence);
  const recent = useQuery(missedUpdates, opened === undefined ? null : { after: Math.max(0, opened - BEFORE), first: MOST_UPDATES });
  const current = useQuery(liveNow, {});
  const askSoon = useSoon(current.refetch, { busy: current.loading });
  const [heard, setHeard] = useState<readonly UpdateFragment[]>([]);
  const [lead, setLead] = useState<number | null>(null);
  useUpdates((updates) => {
    setHeard((known) => joined(known, updates));
    // News is late by some milliseconds, or by more where it was missed at first: the least delay tells how the clocks differ.
    const newest = updates.at(-1);
    if (newest) setLead((known) => Math.max(known ?? Number.NEGATIVE_INFINITY, Date.parse(newest.at) - Date.now()));
    askSoon();
  });
  const samples = useSamples(current.data?.model);
  const updates = joined(recent.data?.updates ?? [], heard);
  return {
    query,
    history: historyOf(query.data?.liveCurve ?? [], updates, samples),
    model: current.data?.model,
    now: () => Date.now() + (lead ?? 0),
  };
}

/** What something was as soon as it was anything. */
function useFirst<T>(value: T | undefined): T | undefined {
  const [first, setFirst] = useState(value);
  useEffect(() => setFirst((known) => known ?? value), [value]);
  return first;
}

/** The coverage each time that the model was asked for. */
function useSamples(model: LiveNowQuery['model'] | undefined): readonly Point[] {
  const [samples, setSamples] = useState<readonly Point[]>([]);
  const sequence = model?.sequence;
  const value = model?.runningCoverage90 ?? null;
  useEffect(() => {
    if (sequence === undefined || value === null) return;
    setSamples((known) => [...known.filter((point) => point.sequence < sequence), { sequence, value }].slice(-SAMPLES));
  }, [sequence, value]);
  return samples;
}
