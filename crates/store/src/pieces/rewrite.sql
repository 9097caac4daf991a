UPDATE piece SET sealed = :sealed WHERE id = :id
