SELECT id, started_ms, zone, utc_offset_s, practice_day, state, completed_steps, active_ms, sealed
FROM session
WHERE id = ?1
