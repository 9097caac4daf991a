SELECT id, session_id, made_ms, binned_ms, sealed FROM piece
WHERE binned_ms IS NULL
ORDER BY made_ms DESC, id DESC
