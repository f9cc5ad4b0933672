import type { RateResult, Rating } from '../domain.ts';
import { ModelPrediction, type PredictionRecord } from '../engine/ranking/prediction.ts';
import type { Store } from '../store/store.ts';

interface StoredAnswer {
  readonly rating: Rating | null;
  readonly before: PredictionRecord;
  readonly after: PredictionRecord;
  readonly modelVersion: number;
}

/** What was answered to each request with an id: waits here for the next commit, then lies in the store. */
export class Answers {
  private readonly store: Store;
  private readonly waiting = new Map<number, string>();
  private saved: number[] = [];

  constructor(store: Store) {
    this.store = store;
  }

  remember(
    sequence: number,
    answer: { rating: Rating | null; before: ModelPrediction; after: ModelPrediction; modelVersion: number },
  ): void {
    const stored: StoredAnswer = { ...answer, before: answer.before.record, after: answer.after.record };
    this.waiting.set(sequence, JSON.stringify(stored));
  }

  /** The first answer again, as a duplicate; null when there is none. */
  recall(sequence: number): RateResult | null {
    const payload = this.waiting.get(sequence) ?? this.store.answer(sequence);
    if (payload === null) return null;
    const { rating, before, after, modelVersion } = JSON.parse(payload) as StoredAnswer;
    return { rating, sequence, duplicate: true, before: new ModelPrediction(before), after: new ModelPrediction(after), modelVersion };
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
