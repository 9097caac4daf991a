SELECT day, sealed FROM reminder_shown WHERE day >= ?1 ORDER BY day
