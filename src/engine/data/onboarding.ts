/** A movie that a user has said not to have seen. */
export interface NotSeen {
  readonly i: number;
  /** Of the event that says so. */
  readonly sequence: number;
}

/** What users said while they were being asked questions, beside the ratings that they gave. */
export class Onboarding {
  private readonly users = new Map<number, NotSeen[]>();

  copy(): Onboarding {
    const copy = new Onboarding();
    for (const [u, notSeen] of this.users) copy.users.set(u, notSeen.slice());
    return copy;
  }

  /** Whether a user was asked anything. */
  isOnboarded(u: number): boolean {
    return this.users.has(u);
  }

  /** Oldest first; a movie that was rated since is still among them. */
  notSeenOf(u: number): readonly NotSeen[] {
    return this.users.get(u) ?? NONE;
  }

  /** A user answered a question with a rating. */
  answered(u: number): void {
    if (!this.users.has(u)) this.users.set(u, []);
  }

  /** A user has not seen a movie; saying so again changes nothing. */
  notSeen(u: number, i: number, sequence: number): void {
    this.answered(u);
    const known = this.users.get(u)!;
    if (!known.some((one) => one.i === i)) known.push({ i, sequence });
  }

  forget(u: number): void {
    this.users.delete(u);
  }

  /** Users who were asked anything, in the order of their first answer. */
  all(): IterableIterator<readonly [number, readonly NotSeen[]]> {
    return this.users.entries();
  }
}

const NONE: readonly NotSeen[] = [];
