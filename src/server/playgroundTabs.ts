/** What the playground opens with: one tab for each thing worth trying first. */
export const PLAYGROUND_TABS: readonly { readonly query: string }[] = [
  {
    query: `# What user 1 should watch, how sure the model is, and why.
query Recommendations {
  recommendations(userId: "1", n: 10) {
    rank
    score
    confidence
    interval(level: 0.9) { low high }
    movie { id title year genres }
    relevance
    explanation {
      summary
      contributions { kind label value }
      becauseYouRated(n: 3) { movie { title } rating weight attention }
    }
  }
}
`,
  },
  {
    query: `# The same list, steered.
query Steered {
  recommendations(
    userId: "1"
    strategy: RELEVANCE
    filter: { genresAny: ["Drama"], yearFrom: 1970 }
    diversity: 0.2
    popularity: 0.5
  ) { rank rankingScore movie { title year genres ratingCount } }
}
`,
  },
  {
    query: `# Somebody new: what to ask, and a search for favourites. Answers are rateMovie(onboarding: true) and notSeen.
query Newcomer {
  onboarding(userId: "new", n: 5) { id title year }
  movies(filter: { title: "a" }, first: 5) { totalCount nodes { id title year } }
  user(id: "1") {
    ratingCount meanRating populationMean standardDeviation
    favouriteGenres(n: 3) { genre ratingCount lift }
    factors { factor { label } position }
  }
}
`,
  },
  {
    query: `# Films like one film, and the axes of taste that were found.
query Similar {
  similarMovies(movieId: "1", n: 5) { similarity likedTogether reason movie { title year } }
  latentFactors { label share strength highest(n: 3) { title } lowest(n: 3) { title } }
}
`,
  },
  {
    query: `# One rating, and what the model expected before and after it.
mutation RateMovie {
  rateMovie(userId: "1", movieId: "1", rating: 5) {
    sequence
    duplicate
    before { score standardDeviation }
    after { score standardDeviation }
    modelVersion
  }
}
`,
  },
  {
    query: `# What one user will think of one movie.
query Prediction {
  prediction(userId: "1", movieId: "1") {
    score
    variance
    epistemicVariance
    aleatoricVariance
    basis
    interval(level: 0.9) { low high }
    explanation {
      summary
      contributions { kind label value }
      becauseYouRated(n: 3) { movie { title } rating weight attention }
    }
  }
}
`,
  },
  {
    query: `# Run this, then rate movies in another tab: every change of the model arrives here.
subscription ModelUpdated {
  modelUpdated { kind sequence userId movieId rating before after runningRmse at }
}
`,
  },
  {
    query: `# The ratings at a glance.
query Dataset {
  dataset {
    ratingCount userCount movieCount mean variance sparsity
    scale { min max step }
    histogram { value count }
    mostRated(n: 5) { title ratingCount meanRating }
    mostActive(n: 5) { id ratingCount meanRating }
  }
}
`,
  },
  {
    query: `# Whom the recommender serves worse, and what it shows too often, in plain words and figures.
query Fairness {
  fairness {
    computedAt sequence summary
    popularityOfRecommended popularityOfRated gini longTailShare
    groups { attribute group users ratings rmse rmseLow rmseHigh ndcgAt10 }
    exposure { attribute group movies shareOfRated shareOfRecommended }
  }
}
`,
  },
  {
    query: `# The model that serves, and how well it predicts.
query Model {
  model {
    version sequence trainedAt serving compute stale training
    runningRmse runningNll runningCoverage90
    metrics { model holdout { ratings rmse mae nll coverage90 } live { ratings rmse } }
  }
  modelVersions(first: 5) { version active trainedAt models refusedBecause }
}
`,
  },
];
