SELECT id, sealed FROM calibration ORDER BY measured_ms DESC, id DESC
