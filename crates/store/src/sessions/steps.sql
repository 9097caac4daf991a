SELECT position, state FROM step WHERE session_id = ?1 ORDER BY position
