-- Moves the expiry of a live record forward, never back.
-- KEYS: the record. ARGV: now, the new expiry, when Redis may remove it.
-- Gives 1 when there is a record, 0 when there is none, -1 when there is something else.
local head = redis.call('GETRANGE', KEYS[1], 0, 28)
if head == '' then return 0 end
if #head ~= 29 or string.sub(head, 1, 1) ~= '1' then return -1 end
local expires = string.sub(head, 2, 21)
if expires <= ARGV[1] then return 0 end
if expires < ARGV[2] then
  redis.call('SETRANGE', KEYS[1], 1, ARGV[2])
  redis.call('EXPIREAT', KEYS[1], ARGV[3])
end
return 1
