-- Reminders: which were shown, what is armed, and the days a person has taken off. The wish itself
-- is a setting. A day is a practice day, frozen when it happened, as in `session`.

CREATE TABLE reminder_shown(
  day    TEXT PRIMARY KEY CHECK(day GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
  sealed BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- What may be armed in the system. Written before anything is armed there, so that nothing is ever
-- armed that is not known here.
CREATE TABLE reminder_armed(
  id     INTEGER PRIMARY KEY,
  sealed BLOB NOT NULL
) STRICT;

CREATE TABLE day_off(
  day TEXT PRIMARY KEY CHECK(day GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]')
) STRICT, WITHOUT ROWID;
