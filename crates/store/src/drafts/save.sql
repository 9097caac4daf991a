INSERT INTO draft(session_id, sealed) VALUES(:session_id, :sealed)
ON CONFLICT(session_id) DO UPDATE SET sealed = excluded.sealed
