-- 'before' comes after 'after' in the alphabet.
SELECT session_id, phase, sealed FROM checkin WHERE session_id = ?1 ORDER BY phase DESC
