INSERT INTO metric(session_id, key, sealed) VALUES(:session_id, :key, :sealed)
ON CONFLICT(session_id, key) DO UPDATE SET sealed = excluded.sealed
