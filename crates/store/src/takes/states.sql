SELECT id, state FROM take
