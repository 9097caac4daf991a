INSERT INTO step(session_id, position, state) VALUES(:session_id, :position, :state)
ON CONFLICT(session_id, position) DO UPDATE SET state = excluded.state
