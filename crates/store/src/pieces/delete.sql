UPDATE piece SET binned_ms = coalesce(binned_ms, :at_ms) WHERE id = :id
