-- The first schema. Every `sealed` column is encrypted; what stands beside it is what the
-- database must be able to sort and count by, and nothing else.

CREATE TABLE session(
  id              BLOB PRIMARY KEY CHECK(length(id) = 16),
  started_ms      INTEGER NOT NULL,
  zone            TEXT NOT NULL,
  utc_offset_s    INTEGER NOT NULL,
  -- Frozen when the session starts; never worked out again from the instant.
  practice_day    TEXT NOT NULL CHECK(practice_day GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
  state           TEXT NOT NULL DEFAULT 'running'
                  CHECK(state IN ('running', 'finished', 'stopped', 'left')),
  completed_steps INTEGER NOT NULL DEFAULT 0 CHECK(completed_steps >= 0),
  active_ms       INTEGER NOT NULL DEFAULT 0 CHECK(active_ms >= 0),
  sealed          BLOB NOT NULL
) STRICT;
CREATE INDEX session_by_start ON session(started_ms);

CREATE TABLE step(
  session_id BLOB NOT NULL REFERENCES session(id),
  position   INTEGER NOT NULL CHECK(position >= 0),
  state      TEXT NOT NULL CHECK(state IN ('playing', 'done', 'skipped')),
  PRIMARY KEY(session_id, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE checkin(
  session_id BLOB NOT NULL REFERENCES session(id),
  phase      TEXT NOT NULL CHECK(phase IN ('before', 'after')),
  sealed     BLOB NOT NULL,
  PRIMARY KEY(session_id, phase)
) STRICT, WITHOUT ROWID;

CREATE TABLE metric(
  session_id BLOB NOT NULL REFERENCES session(id),
  key        TEXT NOT NULL,
  sealed     BLOB NOT NULL,
  PRIMARY KEY(session_id, key)
) STRICT, WITHOUT ROWID;

CREATE TABLE draft(
  session_id BLOB PRIMARY KEY REFERENCES session(id),
  sealed     BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- The sound itself is in rec/<id>.take. `session_id` has no foreign key: a take whose session is
-- not known is kept all the same.
CREATE TABLE take(
  id         BLOB PRIMARY KEY CHECK(length(id) = 16),
  session_id BLOB NOT NULL CHECK(length(session_id) = 16),
  state      TEXT NOT NULL CHECK(state IN ('ok', 'recovered', 'missing', 'trashed', 'quarantined')),
  rate       INTEGER NOT NULL CHECK(rate > 0),
  frames     INTEGER NOT NULL CHECK(frames >= 0),
  bytes      INTEGER NOT NULL CHECK(bytes >= 0),
  -- The tag of the FINAL frame: a shortened file cannot pass for the whole one.
  last_tag   BLOB NOT NULL CHECK(length(last_tag) = 16),
  sealed     BLOB NOT NULL
) STRICT;
CREATE INDEX take_by_session ON take(session_id);

CREATE TABLE piece(
  id         BLOB PRIMARY KEY CHECK(length(id) = 16),
  session_id BLOB REFERENCES session(id),
  made_ms    INTEGER NOT NULL,
  -- When it was put into the bin; NULL in the album.
  binned_ms  INTEGER,
  sealed     BLOB NOT NULL
) STRICT;
CREATE INDEX piece_by_day ON piece(made_ms);

CREATE TABLE setting(
  key    TEXT PRIMARY KEY,
  sealed BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- The route (a device's name) is inside `sealed`; there are never more than a few.
CREATE TABLE calibration(
  id          BLOB PRIMARY KEY CHECK(length(id) = 16),
  measured_ms INTEGER NOT NULL,
  sealed      BLOB NOT NULL
) STRICT;
