INSERT INTO setting(key, sealed) VALUES(:key, :sealed)
ON CONFLICT(key) DO UPDATE SET sealed = excluded.sealed
