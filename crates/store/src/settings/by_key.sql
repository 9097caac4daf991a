SELECT sealed FROM setting WHERE key = ?1
