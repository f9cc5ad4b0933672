import type { Model } from '../../domain.ts';
import type { RatingTable } from '../data/ratingTable.ts';
import { clipWorking } from '../data/workingScale.ts';
import type { Device } from '../kernels/device.ts';
import type { FactorizationFit } from '../models/factorization.ts';
import type { EvaluatedModel, Forecast, LossListener, ModelAnswers, ModelFamily } from '../models/model.ts';
import { Ensemble, type WorkingPrediction } from '../online/ensemble.ts';
import { LiveModel, SERVED_MEMBERS } from '../online/liveModel.ts';
import { carryInto, takeCarried } from '../training/carried.ts';
import { fitOnTop, SMALLEST_FOR_HYBRID } from '../training/fit.ts';
import { dataOf, firstRatings, foldLessons, streamLessons } from '../training/lessons.ts';
import { fitMembers, type MemberFits, type MemberSettings, modelOfFits, type ServedBeside } from '../training/members.ts';
import { fitTaste } from '../training/taste.ts';

/** Factors of the model before its first fit, as many as a fit has. */
const FACTORS = 10;

/** Models by their names on the command line; the others are members of `mf`. */
const STAGES: Readonly<Record<string, Model>> = { mf: 'MF', gnn: 'GNN', bnn: 'BNN', hybrid: 'HYBRID' };

export interface ServedModelsOptions {
  readonly seed: number;
  /** Of variational, sampled, mf, gnn, bnn, hybrid. */
  readonly names: readonly string[];
  /** How attention and heads get rows that have not seen their rating: see training/lessons.ts. */
  readonly lessons: 'stream' | 'folds';
  /** Where the kernels run; null: plain loops. */
  readonly device: Device | null;
  /** Ratings by which a user's older ones weigh half for relevance; null, the default: relevance is not asked for. */
  readonly relevanceHalfLife?: number | null;
  /** Milliseconds, to report the time of fits. */
  readonly clock: () => number;
  /** @param done share of a fit, 0 to 1 */
  readonly onProgress?: (done: number) => void;
  readonly onLoss?: LossListener;
  /** Options of the members other than their defaults. */
  readonly settings?: MemberSettings;
}

/** About how long each part of a fit takes, relative to one another: for a bar that moves evenly. */
const EFFORT: Readonly<Record<string, number>> = { variational: 1, sampled: 4, lessons: 11, gnn: 8, hybrid: 2, bnn: 2 };

/**
 * The models as they serve: the same fits, hand-over, predict and learning as in the server. They share one live model, and
 * each is its answer at another stage: members learn from their own errors alone, so reading one does not disturb another.
 */
export class ServedModels implements ModelFamily {
  readonly models: ReadonlyMap<string, ModelAnswers>;
  private live: LiveModel | null = null;
  private readonly options: ServedModelsOptions;
  private readonly members: readonly string[];
  private readonly withHybrid: boolean;
  private readonly seconds: Record<string, number> = {};

  constructor(options: ServedModelsOptions) {
    this.options = options;
    const stages = options.names.filter((name) => name in STAGES);
    this.withHybrid = stages.some((name) => name !== 'mf');
    this.members = stages.length > 0 ? SERVED_MEMBERS : options.names;
    this.models = new Map(options.names.map((name) => [name, this.answersOf(name)]));
  }

  /** The live model of the last fit. */
  get model(): LiveModel {
    if (this.live === null) throw new Error('Fit the models before asking them; an empty table will do.');
    return this.live;
  }

  async fit(table: RatingTable): Promise<void> {
    const carried = this.live === null ? null : takeCarried(this.live);
    if (table.r.length === 0) {
      this.live = this.untrained(table);
      return;
    }
    const fits = this.fitEach(table);
    const live = this.withHybrid && table.r.length >= SMALLEST_FOR_HYBRID ? await this.onTop(fits, table) : this.factorization(fits, table);
    if (carried !== null) {
      carryInto(live, carried);
      live.settle();
    }
    this.live = live;
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

  fitSeconds(name: string): number {
    const parts = name in STAGES ? this.members : [name];
    const members = parts.reduce((sum, member) => sum + (this.seconds[member] ?? 0), 0);
    return members + (name in STAGES && name !== 'mf' ? (this.seconds.hybrid ?? 0) : 0);
  }

  /** One member after the other, so that each one's time is known. */
  private fitEach(table: RatingTable): MemberFits {
    const { seed, onLoss, settings = {} } = this.options;
    const fits = new Map<string, FactorizationFit>();
    let last: MemberFits | null = null;
    for (const member of this.members) {
      last = this.timed(member, () =>
        fitMembers(table, {
          seed,
          settings,
          members: [member],
          onSweep: ({ sweep, loss, rmse, done }) => {
            onLoss?.(member, sweep, loss, rmse);
            this.progress(member, done);
          },
        }),
      );
      fits.set(member, last.fits.get(member)!);
    }
    return { ...last!, fits };
  }

  private factorization(fits: MemberFits, table: RatingTable): LiveModel {
    return modelOfFits(fits, dataOf(table), { version: 1, sequence: table.r.length }, this.beside(fits));
  }

  private async onTop(fits: MemberFits, table: RatingTable): Promise<LiveModel> {
    const { seed, device, lessons: kind, clock, onLoss, settings = {} } = this.options;
    const began = clock();
    const memberOptions = {
      seed,
      settings,
      members: SERVED_MEMBERS,
      onSweep: ({ done }: { done: number }) => this.progress('lessons', done),
    };
    const lessons =
      kind === 'stream' ? streamLessons(table, fitMembers(firstRatings(table), memberOptions)) : foldLessons(table, memberOptions);
    const live = await fitOnTop(
      lessons,
      fits,
      dataOf(table),
      { version: 1, sequence: table.r.length },
      {
        seed,
        device,
        listen: (part, epoch, epochs, loss, rmse) => {
          onLoss?.(part, epoch, loss, rmse);
          this.progress(part, epoch / epochs);
        },
        ...this.beside(fits),
      },
    );
    this.seconds.hybrid = (this.seconds.hybrid ?? 0) + (clock() - began) / 1000;
    return live;
  }

  /** @param done share of the part */
  private progress(part: string, done: number): void {
    const parts = this.withHybrid ? [...this.members, 'lessons', 'gnn', 'hybrid', 'bnn'] : this.members;
    const effortOf = (some: readonly string[]) => some.reduce((sum, name) => sum + EFFORT[name]!, 0);
    const before = effortOf(parts.slice(0, parts.indexOf(part)));
    this.options.onProgress?.((before + done * EFFORT[part]!) / effortOf(parts));
  }

  private beside(fits: MemberFits): ServedBeside {
    const { relevanceHalfLife = null, seed } = this.options;
    return relevanceHalfLife === null ? {} : { taste: this.timed('relevance', () => fitTaste(fits, seed)), relevanceHalfLife };
  }

  private timed<T>(part: string, work: () => T): T {
    const began = this.options.clock();
    const result = work();
    this.seconds[part] = (this.seconds[part] ?? 0) + (this.options.clock() - began) / 1000;
    return result;
  }

  private answersOf(name: string): ModelAnswers {
    const predict = (u: number, i: number, gap: number): WorkingPrediction => {
      const stage = STAGES[name];
      if (stage !== undefined) return this.model.predict(u, i, stage, gap);
      return new Ensemble([this.model.members.get(name)!]).predict(u, i, gap);
    };
    return {
      predictOne: (u, i, time): Forecast => {
        const { scale } = this.model;
        const { score, epistemic, aleatoric } = predict(u, i, time === null ? Number.POSITIVE_INFINITY : this.model.gapAt(u, time));
        return { mean: scale.toRating(clipWorking(score)), variance: scale.toVariance(epistemic + aleatoric) };
      },
      rankingScore: (u, i) =>
        name === 'hybrid' && this.model.relevance !== null
          ? this.model.relevance.scoresOf(u)[i]!
          : predict(u, i, Number.POSITIVE_INFINITY).score,
    };
  }

  private untrained(table: RatingTable): LiveModel {
    const live = LiveModel.untrained(table.scale, FACTORS, this.options.seed, this.members);
    for (const user of table.users) live.apply(0, { kind: 'userPut', user });
    for (const movie of table.movies) live.apply(0, { kind: 'moviePut', movie });
    return live;
  }
}

/** One of the served models by itself. */
export function servedModel(name: string, options: { readonly seed: number; readonly device?: Device | null }): EvaluatedModel {
  const family = new ServedModels({ device: null, ...options, names: [name], lessons: 'folds', clock: () => 0 });
  const answers = family.models.get(name)!;
  return {
    fit: (table) => family.fit(table),
    learnOne: (u, i, r, time) => family.learnOne(u, i, r, time),
    predictOne: (u, i, time) => answers.predictOne(u, i, time),
    rankingScore: (u, i) => answers.rankingScore(u, i),
  };
}
