DELETE FROM draft WHERE session_id = ?1
