-- `ratings` may lag behind the log while somebody writes: it holds what the events up to this one left. Whoever reads it looks at the events
-- after that, too.
CREATE TABLE ratings_upto (
  only INTEGER PRIMARY KEY CHECK (only = 1),
  sequence INTEGER NOT NULL
) STRICT;

INSERT INTO ratings_upto (only, sequence) SELECT 1, coalesce(max(sequence), 0) FROM events;
