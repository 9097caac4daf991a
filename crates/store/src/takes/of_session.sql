SELECT id, session_id, state, frames, sealed FROM take WHERE session_id = ?1 ORDER BY id
