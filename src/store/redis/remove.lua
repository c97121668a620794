-- Removes a record. KEYS: the record. Gives 1 when there was something, 0 when not.
return redis.call('UNLINK', KEYS[1])
