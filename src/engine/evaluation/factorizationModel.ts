import { LiveData } from '../data/liveData.ts';
import type { RatingTable } from '../data/ratingTable.ts';
import { clipWorking } from '../data/workingScale.ts';
import type { EvaluatedModel, Forecast } from '../models/model.ts';
import { LiveModel, SERVED_MEMBERS } from '../online/liveModel.ts';
import { carryInto, takeCarried } from '../training/carried.ts';
import { fitLiveModel } from '../training/fit.ts';

/** Factors of the model before its first fit, as many as a fit has. */
const FACTORS = 10;

/** The Bayesian factorization as it serves: the same fit, hand-over, predict and learning as in the server. */
export class FactorizationModel implements EvaluatedModel {
  private live: LiveModel | null = null;
  private readonly members: readonly string[];
  private readonly seed: number;
  private readonly onProgress: (done: number) => void;

  /** @param members names of the members to average; the default makes `mf` */
  constructor(options: { seed: number; members?: readonly string[]; onProgress?: (done: number) => void }) {
    this.members = options.members ?? SERVED_MEMBERS;
    this.seed = options.seed;
    this.onProgress = options.onProgress ?? (() => {});
  }

  fit(table: RatingTable): void {
    const carried = this.live === null ? null : takeCarried(this.live);
    const data = new LiveData(table.scale);
    for (const user of table.users) data.userRecords[data.addUser(user.id)] = user;
    for (const movie of table.movies) data.movieRecords[data.addMovie(movie.id)] = movie;
    if (table.r.length === 0) {
      this.live = this.untrained(table);
      return;
    }
    for (let row = 0; row < table.r.length; row += 1) {
      data.ratings.add(table.u[row]!, table.i[row]!, table.r[row]!, table.time[row]!, row + 1);
    }
    const live = fitLiveModel(
      data,
      { version: 1, sequence: table.r.length },
      { seed: this.seed, members: this.members, onProgress: ({ done }) => this.onProgress(done) },
    );
    if (carried !== null) {
      carryInto(live, carried);
      live.settle();
    }
    this.live = live;
  }

  predictOne(u: number, i: number, time: number | null): Forecast {
    const { scale } = this.model;
    const { score, epistemic, aleatoric } = time === null ? this.model.predict(u, i) : this.model.predictAt(u, i, time);
    return { mean: scale.toRating(clipWorking(score)), variance: scale.toVariance(epistemic + aleatoric) };
  }

  learnOne(u: number, i: number, r: number, time: number): void {
    const { data } = this.model;
    this.model.apply(this.model.sequence + 1, {
      kind: 'rated',
      userId: data.userRecords[u]!.id,
      movieId: data.movieRecords[i]!.id,
      rating: r,
      ratedAt: Number.isNaN(time) ? null : time * 1000,
    });
  }

  rankingScore(u: number, i: number): number {
    return this.model.predict(u, i).score;
  }

  private get model(): LiveModel {
    if (this.live === null) throw new Error('Fit the model before asking it; an empty table will do.');
    return this.live;
  }

  private untrained(table: RatingTable): LiveModel {
    const live = LiveModel.untrained(table.scale, FACTORS, this.seed, this.members);
    for (const user of table.users) live.apply(0, { kind: 'userPut', user });
    for (const movie of table.movies) live.apply(0, { kind: 'moviePut', movie });
    return live;
  }
}
