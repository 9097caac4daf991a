INSERT INTO calibration(id, measured_ms, sealed) VALUES(:id, :measured_ms, :sealed)
