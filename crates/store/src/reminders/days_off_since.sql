SELECT day FROM day_off WHERE day >= ?1 ORDER BY day
