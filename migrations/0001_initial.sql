-- The log is the truth. users, movies and ratings are its current state, written in the same transaction.
-- Times are milliseconds since 1970-01-01 UTC.

-- Keys are never used twice (AUTOINCREMENT), so that a key in memory can't come to mean somebody else.
CREATE TABLE users (
  user_key INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  age INTEGER,
  gender TEXT,
  occupation TEXT
) STRICT;

CREATE TABLE movies (
  movie_key INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  title TEXT NOT NULL,
  year INTEGER,
  genres TEXT NOT NULL DEFAULT '[]'
) STRICT;

-- rating and rated_at belong to 'rated'; payload (JSON) to the kinds whose content has no column of its own.
CREATE TABLE events (
  sequence INTEGER PRIMARY KEY AUTOINCREMENT,
  kind TEXT NOT NULL,
  user_key INTEGER REFERENCES users (user_key),
  movie_key INTEGER REFERENCES movies (movie_key),
  rating REAL,
  rated_at INTEGER,
  recorded_at INTEGER NOT NULL,
  request_id TEXT,
  payload TEXT
) STRICT;

CREATE UNIQUE INDEX events_by_request ON events (request_id) WHERE request_id IS NOT NULL;
CREATE INDEX events_scale ON events (sequence) WHERE kind = 'scale';
CREATE INDEX events_activated ON events (sequence) WHERE kind = 'activated';

CREATE TRIGGER events_are_append_only BEFORE UPDATE ON events
BEGIN
  SELECT RAISE(ABORT, 'the log is append-only');
END;

-- Requests that changed nothing, because what they asked for was already stored by the event `sequence`.
-- rated_at is what that request said, NULL when it said nothing.
CREATE TABLE repeated_requests (
  request_id TEXT PRIMARY KEY,
  sequence INTEGER NOT NULL REFERENCES events (sequence) ON DELETE CASCADE,
  rated_at INTEGER
) STRICT, WITHOUT ROWID;

CREATE INDEX repeated_requests_by_sequence ON repeated_requests (sequence);

-- No index by sequence: a user's ratings lie together and are sorted when they are listed, while every further index would
-- add a page to be written for each rating.
CREATE TABLE ratings (
  user_key INTEGER NOT NULL REFERENCES users (user_key),
  movie_key INTEGER NOT NULL REFERENCES movies (movie_key),
  rating REAL NOT NULL,
  rated_at INTEGER,
  recorded_at INTEGER NOT NULL,
  sequence INTEGER NOT NULL,
  PRIMARY KEY (user_key, movie_key)
) STRICT, WITHOUT ROWID;

-- AUTOINCREMENT again: the number of a deleted version is not given to another.
CREATE TABLE model_versions (
  version INTEGER PRIMARY KEY AUTOINCREMENT,
  base_sequence INTEGER NOT NULL,
  trained_at INTEGER NOT NULL,
  file TEXT NOT NULL,
  sha256 TEXT NOT NULL,
  models TEXT NOT NULL,
  metrics TEXT NOT NULL,
  losses TEXT NOT NULL,
  refused_because TEXT
) STRICT;

-- What the event `sequence` was answered with, for a repetition of its request.
CREATE TABLE answers (
  sequence INTEGER PRIMARY KEY REFERENCES events (sequence) ON DELETE CASCADE,
  payload TEXT NOT NULL
) STRICT;
