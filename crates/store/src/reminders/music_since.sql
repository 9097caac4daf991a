-- A session that ended after at least one step, however short; a crash may have ended it, too.
SELECT DISTINCT practice_day AS day
FROM session
WHERE practice_day >= ?1 AND state <> 'running' AND (completed_steps > 0 OR active_ms > 0)
ORDER BY day
