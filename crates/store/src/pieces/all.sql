SELECT id, session_id, made_ms, binned_ms, sealed FROM piece
