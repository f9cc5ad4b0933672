import { registerEnumType } from 'type-graphql';
import type * as domain from '../domain.ts';

/** The members of an enum that the domain spells as a union of strings. */
type Names<Union extends string> = { readonly [Name in Union]: Name };

export const Model: Names<domain.Model> = { MF: 'MF', GNN: 'GNN', BNN: 'BNN', HYBRID: 'HYBRID' };
export const Strategy: Names<domain.Strategy> = {
  RELEVANCE: 'RELEVANCE',
  EXPECTED: 'EXPECTED',
  UPPER_CONFIDENCE: 'UPPER_CONFIDENCE',
  THOMPSON: 'THOMPSON',
};
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
  valuesConfig: {
    RELEVANCE: { description: 'by what this user is likely to pick and like' },
    EXPECTED: { description: 'by predicted rating' },
    UPPER_CONFIDENCE: { description: 'by predicted rating plus its epistemic standard deviation: what is worth finding out' },
    THOMPSON: { description: "by one draw from the posterior, another one after each of the user's ratings" },
  },
});
registerEnumType(ContributionKind, { name: 'ContributionKind' });
registerEnumType(PredictionBasis, {
  name: 'PredictionBasis',
  description: 'What a prediction rests on: ratings, or the prior and side information of whom or what has none yet.',
});
registerEnumType(ModelUpdateKind, { name: 'ModelUpdateKind' });
