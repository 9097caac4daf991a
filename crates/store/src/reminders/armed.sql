SELECT id, sealed FROM reminder_armed ORDER BY id
