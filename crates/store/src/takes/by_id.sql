SELECT id, session_id, state, frames, sealed FROM take WHERE id = ?1
