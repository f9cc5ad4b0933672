-- An answer to an onboarding question that is given again is found at once; other events have no row here.
CREATE INDEX events_not_seen ON events (user_key, movie_key) WHERE kind = 'notSeen';
