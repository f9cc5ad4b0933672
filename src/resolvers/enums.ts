import { registerEnumType } from 'type-graphql';
import type * as domain from '../domain.ts';

/** The members of an enum that the domain spells as a union of strings. */
type Names<Union extends string> = { readonly [Name in Union]: Name };

export const Model: Names<domain.Model> = { MF: 'MF', GNN: 'GNN', BNN: 'BNN', HYBRID: 'HYBRID' };
export const Strategy: Names<domain.Strategy> = { EXPECTED: 'EXPECTED' };
export const ContributionKind: Names<domain.ContributionKind> = {
  MEAN: 'MEAN',
  USER: 'USER',
  MOVIE: 'MOVIE',
  FACTOR: 'FACTOR',
  GRAPH: 'GRAPH',
  BAYES: 'BAYES',
  LIMIT: 'LIMIT',
};
export const PredictionBasis: Names<domain.PredictionBasis> = {
  LEARNED: 'LEARNED',
  COLD_USER: 'COLD_USER',
  COLD_MOVIE: 'COLD_MOVIE',
  COLD_BOTH: 'COLD_BOTH',
};
export const ModelUpdateKind: Names<domain.ModelUpdateKind> = {
  RATING: 'RATING',
  WITHDRAWAL: 'WITHDRAWAL',
  FORGOTTEN: 'FORGOTTEN',
  TRAINED: 'TRAINED',
  ACTIVATED: 'ACTIVATED',
};

registerEnumType(Model, {
  name: 'Model',
  valuesConfig: {
    MF: { description: 'Bayesian matrix factorization' },
    GNN: { description: 'the factorization corrected by graph attention' },
    BNN: { description: 'the factorization with a Bayesian head' },
    HYBRID: { description: 'the best published stage; ModelStatus.serving says which' },
  },
});
registerEnumType(Strategy, {
  name: 'Strategy',
  description: 'What orders recommendations.',
  valuesConfig: { EXPECTED: { description: 'by predicted rating' } },
});
registerEnumType(ContributionKind, { name: 'ContributionKind' });
registerEnumType(PredictionBasis, {
  name: 'PredictionBasis',
  description: 'What a prediction rests on: ratings, or the prior and side information of whom or what has none yet.',
});
registerEnumType(ModelUpdateKind, { name: 'ModelUpdateKind' });
