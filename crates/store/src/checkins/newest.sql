SELECT checkin.session_id, checkin.phase, checkin.sealed
FROM checkin JOIN session ON session.id = checkin.session_id
ORDER BY session.started_ms DESC, session.id DESC, checkin.phase
LIMIT 200
