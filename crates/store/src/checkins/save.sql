INSERT INTO checkin(session_id, phase, sealed) VALUES(:session_id, :phase, :sealed)
ON CONFLICT(session_id, phase) DO UPDATE SET sealed = excluded.sealed
