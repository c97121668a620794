-- Reads a record, unless it is larger than it may be.
-- KEYS: the record. ARGV: now, the most bytes it may have, envelope included.
-- Gives the bytes, their number when they are too many, or nothing when there is no live record.
local size = redis.call('STRLEN', KEYS[1])
if size <= tonumber(ARGV[2]) then return redis.call('GET', KEYS[1]) end
if redis.call('GETRANGE', KEYS[1], 1, 20) <= ARGV[1] then return false end
return size
