SELECT id, session_id, state, frames, sealed FROM take ORDER BY id
