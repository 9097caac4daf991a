DELETE FROM day_off WHERE day = ?1
