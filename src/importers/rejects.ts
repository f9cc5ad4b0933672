/** A line that couldn't be used. */
export interface Reject {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** One sentence. */
  readonly reason: string;
  /** The line itself, or its beginning. */
  readonly text: string;
}

/** The lines that were rejected for one reason. */
export interface RejectGroup {
  readonly reason: string;
  count: number;
  /** The first of them. */
  readonly first: Reject[];
}

const OTHER = 'Further reasons.';

/** Lines that couldn't be used, counted by reason; few are kept, however many there are. */
export class Rejects {
  static readonly SHOWN = 10;
  static readonly REASONS = 20;
  readonly #groups = new Map<string, RejectGroup>();
  readonly #listener: (reject: Reject) => void;
  count = 0;

  /** @param listener hears of every one as it is met */
  constructor(listener: (reject: Reject) => void = () => {}) {
    this.#listener = listener;
  }

  /** By reason, in the order in which each was first met. */
  get groups(): readonly RejectGroup[] {
    return [...this.#groups.values()];
  }

  add(reject: Reject): void {
    this.count += 1;
    const reason = this.#groups.has(reject.reason) || this.#groups.size < Rejects.REASONS ? reject.reason : OTHER;
    let group = this.#groups.get(reason);
    if (group === undefined) {
      group = { reason, count: 0, first: [] };
      this.#groups.set(reason, group);
    }
    group.count += 1;
    if (group.first.length < Rejects.SHOWN) group.first.push(reject);
    this.#listener(reject);
  }
}
