import type { Edge } from '../data/interactions.ts';

/** Users whose messages are kept; when there are more, all are looked up anew. */
const MOST_USERS = 20_000;

interface Recent {
  /** Ratings of the user that this is true for. */
  ratings: number;
  readonly messages: Int32Array; // [most] the first min(ratings, most), oldest first
}

/** Which messages the newest ratings of users are, so that another rating does not look all of them up. */
export class RecentMessages {
  private readonly most: number;
  private readonly users = new Map<number, Recent>();

  /** @param most ratings of a user */
  constructor(most: number) {
    this.most = most;
  }

  /** To be told of everything that changes a user's ratings but one more. */
  forget(u: number): void {
    this.users.delete(u);
  }

  clear(): void {
    this.users.clear();
  }

  /** To be told of each rating. @param given the user's, oldest first: as many as before where one was changed @param message of the last */
  rated(u: number, given: readonly Edge[], message: number): void {
    const recent = this.users.get(u);
    if (recent?.ratings === given.length - 1) this.add(recent, message);
    else this.forget(u);
  }

  /** @param given the user's ratings, oldest first @returns messages of the newest of them, oldest first; valid until the next rating */
  of(u: number, given: readonly Edge[], messageOf: (edge: Edge) => number): Int32Array {
    if (given.length === 0) return NONE;
    const recent = this.users.get(u) ?? this.lookedUp(u, given, messageOf);
    return recent.messages.subarray(0, Math.min(recent.ratings, this.most));
  }

  private lookedUp(u: number, given: readonly Edge[], messageOf: (edge: Edge) => number): Recent {
    if (this.users.size >= MOST_USERS) this.users.clear();
    const recent = { ratings: given.length, messages: new Int32Array(this.most) };
    recent.messages.set(given.slice(-this.most).map(messageOf));
    this.users.set(u, recent);
    return recent;
  }

  private add(recent: Recent, message: number): void {
    const { messages } = recent;
    if (recent.ratings >= this.most) messages.copyWithin(0, 1);
    messages[Math.min(recent.ratings, this.most - 1)] = message;
    recent.ratings += 1;
  }
}

const NONE = new Int32Array(0);
