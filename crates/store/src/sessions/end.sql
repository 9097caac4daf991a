UPDATE session
SET state = :state, completed_steps = :completed_steps, active_ms = :active_ms
WHERE id = :id
