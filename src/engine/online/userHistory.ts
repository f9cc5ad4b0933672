import type { Edge, Interactions } from '../data/interactions.ts';
import type { Learner } from './learner.ts';

/** Ratings since the hand-over that are replayed when one of them changes; older ones are folded into the anchor. */
const REPLAYED = 200;
/** Counts of a user's ratings since the hand-over at which all of them are taken together: each time a quarter more. */
const TAKEN_TOGETHER_AT = new Set(growingBy(1.25, 2, REPLAYED));

/** Notes on an edge: its rating is part of the user's anchor; its movie has learned from the pair since the hand-over. */
const ANCHORED = 1;
const TAUGHT = 2;

/**
 * What users have rated since the hand-over: from it and the anchor their side can be made again, when one of the ratings changes, and
 * made better, when they have become enough to be taken together.
 */
export class UserHistory {
  private readonly ratings: Interactions;
  private readonly learners: readonly Learner[];
  private readonly workingRating: (edge: Edge) => number;
  private readonly isFitted: boolean;
  private readonly unanchored: number[] = []; // [users] ratings since the anchor

  /** @param isFitted false before the first fit: movies whose factors are next to nothing say nothing together */
  constructor(ratings: Interactions, learners: readonly Learner[], isFitted: boolean, workingRating: (edge: Edge) => number) {
    this.ratings = ratings;
    this.learners = learners;
    this.isFitted = isFitted;
    this.workingRating = workingRating;
  }

  /** A rating has been learned from and its edge added. */
  learned(edge: Edge): void {
    const u = this.ratings.userOf(edge);
    this.ratings.setNote(edge, TAUGHT);
    const count = (this.unanchored[u] ?? 0) + 1;
    this.unanchored[u] = count;
    if (count > REPLAYED) this.foldOldest(u);
    else if (this.isTakenTogetherAt(count)) this.takeTogether(u, this.sinceAnchor(u));
  }

  /**
   * An edge takes another's place. @param note of the other @param rOld, r its working rating, and the new one
   * @param time seconds; NaN: unknown
   */
  changed(edge: Edge, note: number, rOld: number, r: number, time: number): void {
    const { ratings } = this;
    const u = ratings.userOf(edge);
    const i = ratings.movieOf(edge);
    ratings.setNote(edge, note | TAUGHT);
    for (const learner of this.learners) {
      learner.learnShared(u, i, r, time, (note & TAUGHT) === 0);
      if (note & ANCHORED) learner.correctAnchor(u, i, rOld, r);
    }
    this.replay(u);
  }

  /** An edge has been removed. @param note it had @returns whether its movie has learned from the pair */
  withdrawn(u: number, i: number, note: number, rOld: number): boolean {
    if (note & ANCHORED) for (const learner of this.learners) learner.correctAnchor(u, i, rOld, null);
    else this.unanchored[u]! -= 1;
    this.replay(u);
    return (note & TAUGHT) !== 0;
  }

  forget(u: number): void {
    this.unanchored[u] = 0;
  }

  /** Makes the present state the anchor of everybody. */
  settle(users: number): void {
    const { ratings } = this;
    for (const learner of this.learners) learner.settle(users);
    for (let u = 0; u < users; u += 1) {
      for (const edge of ratings.ofUser(u)) ratings.setNote(edge, ANCHORED);
      this.unanchored[u] = 0;
    }
  }

  /** Counts again, after a load, how many of each user's ratings are not part of the anchor. */
  recount(users: number): void {
    for (let u = 0; u < users; u += 1) {
      this.unanchored[u] = this.ratings.ofUser(u).reduce((count, edge) => count + (this.isAnchored(edge) ? 0 : 1), 0);
    }
  }

  /** The user's side again, from its anchor, with the ratings since: as if the replaced one had never been given. */
  private replay(u: number): void {
    for (const learner of this.learners) learner.resetUser(u);
    const edges = this.sinceAnchor(u);
    edges.forEach((edge, at) => {
      const i = this.ratings.movieOf(edge);
      for (const learner of this.learners) learner.replayOne(u, i, this.workingRating(edge), this.ratings.timeOf(edge));
      if (this.isTakenTogetherAt(at + 1)) this.takeTogether(u, edges.slice(0, at + 1));
    });
  }

  private isTakenTogetherAt(count: number): boolean {
    return this.isFitted && TAKEN_TOGETHER_AT.has(count);
  }

  private takeTogether(u: number, edges: readonly Edge[]): void {
    const movies = edges.map((edge) => this.ratings.movieOf(edge));
    const r = edges.map((edge) => this.workingRating(edge));
    for (const learner of this.learners) learner.foldInUser(u, movies, r);
  }

  private foldOldest(u: number): void {
    const { ratings } = this;
    const oldest = ratings.ofUser(u).find((edge) => !this.isAnchored(edge))!;
    for (const learner of this.learners) {
      learner.foldIntoAnchor(u, ratings.movieOf(oldest), this.workingRating(oldest), ratings.timeOf(oldest));
    }
    ratings.setNote(oldest, ratings.noteOf(oldest) | ANCHORED);
    this.unanchored[u]! -= 1;
  }

  /** A user's ratings that are not part of the anchor, oldest first. Most of them are the newest. */
  private sinceAnchor(u: number): Edge[] {
    const edges = this.ratings.ofUser(u);
    const since: Edge[] = [];
    for (let at = edges.length - 1; since.length < this.unanchored[u]!; at -= 1) {
      if (!this.isAnchored(edges[at]!)) since.push(edges[at]!);
    }
    return since.reverse();
  }

  private isAnchored(edge: Edge): boolean {
    return (this.ratings.noteOf(edge) & ANCHORED) !== 0;
  }
}

/** Whole numbers from `first` to at most `last`, each the one before times `growth`, rounded up. */
function growingBy(growth: number, first: number, last: number): number[] {
  const counts: number[] = [];
  for (let count = first; count <= last; count = Math.ceil(growth * count)) counts.push(count);
  return counts;
}
