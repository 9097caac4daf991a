UPDATE take SET state = :state WHERE id = :id
