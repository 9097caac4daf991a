INSERT INTO take(id, session_id, state, rate, frames, bytes, last_tag, sealed)
VALUES(:id, :session_id, :state, :rate, :frames, :bytes, :last_tag, :sealed)
ON CONFLICT(id) DO NOTHING
