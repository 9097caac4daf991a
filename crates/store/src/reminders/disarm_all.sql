DELETE FROM reminder_armed
