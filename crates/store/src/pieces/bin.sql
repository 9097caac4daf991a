SELECT id, session_id, made_ms, binned_ms, sealed FROM piece
WHERE binned_ms IS NOT NULL
ORDER BY binned_ms DESC, id DESC
