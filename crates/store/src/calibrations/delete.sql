DELETE FROM calibration WHERE id = ?1
