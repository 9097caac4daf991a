SELECT key, sealed FROM metric WHERE session_id = ?1 ORDER BY key
