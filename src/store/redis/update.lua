-- Replaces a live record that still has the expected version.
-- KEYS: the record. ARGV: now, the version as 8 bytes, the new record with its envelope, when Redis may remove it.
-- Gives 1 when it is replaced, 2 when the version is another one, 0 when there is none, -1 when there is something else.
local head = redis.call('GETRANGE', KEYS[1], 0, 28)
if head == '' then return 0 end
if #head ~= 29 or string.sub(head, 1, 1) ~= '1' then return -1 end
if string.sub(head, 2, 21) <= ARGV[1] then return 0 end
if string.sub(head, 22, 29) ~= ARGV[2] then return 2 end
redis.call('SET', KEYS[1], ARGV[3], 'EXAT', ARGV[4])
return 1
