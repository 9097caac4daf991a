DELETE FROM piece WHERE id = ?1
