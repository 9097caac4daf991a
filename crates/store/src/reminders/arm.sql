INSERT INTO reminder_armed(id, sealed) VALUES(:id, :sealed)
