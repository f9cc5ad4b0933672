import type { Contribution, Explanation, LatentFactor, RateResult, Rating } from '../domain.ts';
import { ModelPrediction, type PredictionRecord } from '../engine/ranking/prediction.ts';
import type { Store } from '../store/store.ts';

/** A prediction with its explanation as it was given; an axis is kept by its place, since films move on it. */
interface StoredPrediction {
  readonly record: PredictionRecord;
  readonly summary: string;
  readonly contributions: readonly (Omit<Contribution, 'factor'> & { readonly factor: number | null })[];
}

interface StoredAnswer {
  readonly rating: Rating | null;
  readonly before: StoredPrediction;
  readonly after: StoredPrediction;
  readonly modelVersion: number;
}

/** What was answered to each request with an id: waits here for the next commit, then lies in the store. */
export class Answers {
  private readonly store: Store;
  private readonly waiting = new Map<number, string>();
  private saved: number[] = [];
  private readonly factorOf: (modelVersion: number, index: number) => LatentFactor | null;

  /** @param factorOf an axis of a version; null when that version does not serve any more */
  constructor(store: Store, factorOf: (modelVersion: number, index: number) => LatentFactor | null) {
    this.store = store;
    this.factorOf = factorOf;
  }

  remember(
    sequence: number,
    answer: { rating: Rating | null; before: ModelPrediction; after: ModelPrediction; modelVersion: number },
  ): void {
    const stored: StoredAnswer = { ...answer, before: toStored(answer.before), after: toStored(answer.after) };
    this.waiting.set(sequence, JSON.stringify(stored));
  }

  /** The first answer again, as a duplicate; null when there is none. */
  recall(sequence: number): RateResult | null {
    const payload = this.waiting.get(sequence) ?? this.store.answer(sequence);
    if (payload === null) return null;
    const { rating, before, after, modelVersion } = JSON.parse(payload) as StoredAnswer;
    const restored = ({ record, summary, contributions }: StoredPrediction) =>
      new ModelPrediction(
        record,
        (): Explanation => ({
          summary,
          contributions: contributions.map(({ factor, ...rest }) => ({
            ...rest,
            factor: factor === null ? null : this.factorOf(modelVersion, factor),
          })),
        }),
      );
    return { rating, sequence, duplicate: true, before: restored(before), after: restored(after), modelVersion };
  }

  has(sequence: number): boolean {
    return this.waiting.has(sequence) || this.store.answer(sequence) !== null;
  }

  /** Stores what waits, inside the caller's transaction or one of its own; until `settle` it may be lost with that. */
  save(): void {
    this.saved = [...this.waiting.keys()];
    if (this.saved.length === 0) return;
    this.store.saveAnswers(Array.from(this.waiting, ([sequence, payload]) => ({ sequence, payload })));
  }

  /** What was saved is durable. */
  settle(): void {
    for (const sequence of this.saved) this.waiting.delete(sequence);
    this.saved = [];
  }
}

function toStored(prediction: ModelPrediction): StoredPrediction {
  const { summary, contributions } = prediction.explain();
  return {
    record: prediction.record,
    summary,
    contributions: contributions.map(({ factor, ...rest }) => ({ ...rest, factor: factor?.index ?? null })),
  };
}
