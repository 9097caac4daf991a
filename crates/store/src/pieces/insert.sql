INSERT INTO piece(id, session_id, made_ms, sealed) VALUES(:id, :session_id, :made_ms, :sealed)
