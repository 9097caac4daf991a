INSERT INTO reminder_shown(day, sealed) VALUES(:day, :sealed)
ON CONFLICT(day) DO UPDATE SET sealed = excluded.sealed
