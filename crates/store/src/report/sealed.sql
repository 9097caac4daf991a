-- Every sealed value there is, with the place it was sealed for.
SELECT 'session' AS place, id, '' AS rest, sealed FROM session
UNION ALL SELECT 'checkin', session_id, phase, sealed FROM checkin
UNION ALL SELECT 'metric', session_id, key, sealed FROM metric
UNION ALL SELECT 'draft', session_id, '', sealed FROM draft
UNION ALL SELECT 'take', id, '', sealed FROM take
UNION ALL SELECT 'piece', id, '', sealed FROM piece
UNION ALL SELECT 'setting', x'', key, sealed FROM setting
UNION ALL SELECT 'calibration', id, '', sealed FROM calibration
UNION ALL SELECT 'reminder_shown', x'', day, sealed FROM reminder_shown
UNION ALL SELECT 'reminder_armed', x'', CAST(id AS TEXT), sealed FROM reminder_armed
