INSERT INTO session(id, started_ms, zone, utc_offset_s, practice_day, sealed)
VALUES(:id, :started_ms, :zone, :utc_offset_s, :practice_day, :sealed)
