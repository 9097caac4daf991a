SELECT sealed FROM piece WHERE id = ?1
