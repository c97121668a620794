-- Stores a record unless a live one is there.
-- KEYS: the record. ARGV: now, the record with its envelope, when Redis may remove it.
-- Gives 1 when it is stored, 0 when there is one, -1 when there is something else.
local head = redis.call('GETRANGE', KEYS[1], 0, 28)
if head ~= '' then
  if #head ~= 29 or string.sub(head, 1, 1) ~= '1' then return -1 end
  if string.sub(head, 2, 21) > ARGV[1] then return 0 end
end
redis.call('SET', KEYS[1], ARGV[2], 'EXAT', ARGV[3])
return 1
