import type { RecommendRequest } from '../src/domain.ts';
import type { RatingTable } from '../src/engine/data/ratingTable.ts';
import { topPositions } from '../src/engine/math/topk.ts';
import type { LiveModel } from '../src/engine/online/liveModel.ts';
import { candidatesFor } from '../src/engine/ranking/candidates.ts';
import { influencesOn } from '../src/engine/ranking/influence.ts';
import { recommend } from '../src/engine/ranking/recommend.ts';
import { scoreCandidates } from '../src/engine/ranking/strategy.ts';
import { dataOf } from '../src/engine/training/lessons.ts';
import { fitMembers, modelOfFits } from '../src/engine/training/members.ts';
import { fitTaste } from '../src/engine/training/taste.ts';
import { benchData } from './data.ts';
import { compare, type Figure, processorSeconds } from './measure.ts';
import type { BenchSize } from './size.ts';

const SEED = 0;
const REQUEST: RecommendRequest = {
  n: 10,
  model: 'MF',
  strategy: 'RELEVANCE',
  filter: {},
  diversity: 0,
  popularity: 0.25,
  includeRated: false,
};

/**
 * "explained": a list of ten with every explanation, and the ratings that it rests on, for a user of whom nothing is kept, against
 * the scoring of all films alone. "follow": from a rating to the user's new list. In process.
 */
export async function relevanceFigures(table: RatingTable, size: BenchSize): Promise<Figure[]> {
  const model = modelOf(table);
  const many = benchData(size.catalogue);
  return [
    await explainedFigure('explained', model, table, size),
    await followFigure(model, table, size),
    await explainedFigure('explained, many films', modelOf(many), many, size),
  ];
}

/** One member is enough to serve; how it was fitted is not what is measured. */
function modelOf(table: RatingTable): LiveModel {
  const fits = fitMembers(table, { seed: SEED, members: ['variational'] });
  return modelOfFits(fits, dataOf(table), { version: 1, sequence: table.r.length }, { taste: fitTaste(fits, SEED) });
}

function explainedFigure(name: string, model: LiveModel, table: RatingTable, size: BenchSize): Promise<Figure> {
  return compare({
    name,
    what: `recommendations(n: 10) with explanations and becauseYouRated, of ${table.movies.length} films, in process`,
    unit: 'ms a list',
    reference: 'scoring alone',
    rounds: size.rounds,
    bar: null,
    measure: (round) => eachUser(model, size, round, explained),
    measureReference: (round) => eachUser(model, size, round, scoredAlone),
  });
}

function followFigure(model: LiveModel, table: RatingTable, size: BenchSize): Promise<Figure> {
  let turn = 0;
  return compare({
    name: 'follow',
    what: `a rating learned, and its user's relevance of ${table.movies.length} films anew, in process`,
    unit: 'ms a rating',
    reference: 'scoring alone',
    rounds: size.rounds,
    bar: { atMost: 1, of: 'value' },
    measure: (round) =>
      eachUser(model, size, round, (_, u) => {
        turn += 1;
        const [edge] = model.data.ratings.ofUser(u);
        const movieId = model.data.movieRecords[model.data.ratings.movieOf(edge!)]!.id;
        const rating = 1 + (turn % 9) / 2;
        model.apply(model.sequence + 1, { kind: 'rated', userId: model.data.userRecords[u]!.id, movieId, rating, ratedAt: null });
        model.relevance!.scoresOf(u);
      }),
    measureReference: (round) => eachUser(model, size, round, scoredAlone),
  });
}

function explained(model: LiveModel, u: number): void {
  for (const { prediction } of recommend(model, model.data.userRecords[u]!.id, REQUEST)) {
    prediction.explain();
    influencesOn(model, prediction, 3);
  }
}

function scoredAlone(model: LiveModel, u: number): void {
  const candidates = candidatesFor(model, u, {}, false);
  const userId = model.data.userRecords[u]!.id;
  const { scores } = scoreCandidates(model, candidates, { userId, u, model: 'MF', strategy: 'RELEVANCE', optimism: 1, wanted: 10 });
  topPositions(scores, 10, (left, right) => left < right);
}

/** Milliseconds of processor time for one user, nothing of whom is kept from before. */
function eachUser(model: LiveModel, { lists }: BenchSize, round: number, work: (model: LiveModel, u: number) => void): number {
  const users = model.data.users.size;
  const taken = processorSeconds(() => {
    for (let index = 0; index < lists; index += 1) {
      const u = ((round * lists + index) * 7) % users;
      model.relevance!.userChanged(u);
      work(model, u);
    }
  });
  return (1000 * taken) / lists;
}
