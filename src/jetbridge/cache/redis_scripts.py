"""What `RedisStore` has the server do: each operation is one Lua script, so that nothing comes in between.

Keys of each script: 1 the names, 2 the older names, 3 the entry (where there is one). All share a `{hash tag}`.

The names are one hash: fields that begin with "#" say how the store stands, the others are tags and paths with their
expiry as "hard:soft:until". It is one key so that all of it is lost together (by eviction, FLUSHALL, a restart from an
old snapshot): the store then starts at a version later than every entry's, and what was expired never comes back.
  #run      the server's run id: another one means that the server was started again
  #version  grows with every expiry, and begins at the server's time in microseconds
  #floor    entries of a smaller version are gone
  #turned   the version at which names became older names: that key can be lost by itself
First arguments of each script: the run id of the server that this connection leads to, and the time in seconds, "" for
the server's own.
"""

from __future__ import annotations

from typing import Final

_COMMON: Final = """
local names, older = KEYS[1], KEYS[2]
local run, now = ARGV[1], tonumber(ARGV[2])
local clock = redis.call('TIME')
if not now then now = tonumber(clock[1]) + tonumber(clock[2]) / 1000000 end
local function whole(number) return string.format('%.0f', number) end

local version, floor
local known = redis.call('HMGET', names, '#run', '#version', '#floor', '#turned')
if known[1] == run then
  version, floor = tonumber(known[2]), tonumber(known[3])
  if known[4] and tonumber(known[4]) > floor and redis.call('EXISTS', older) == 0 then floor = tonumber(known[4]) end
else
  version = math.max(tonumber(clock[1]) * 1000000 + tonumber(clock[2]), tonumber(known[2] or 0) + 1)
  floor = version
  redis.call('UNLINK', names, older)
  redis.pcall('HSET', names, '#run', run, '#version', whole(version), '#floor', whole(floor))
end

local function expiry(name)
  local text = redis.call('HGET', names, name) or redis.call('HGET', older, name)
  if not text then return 0, 0, 0 end
  local hard, soft, to = string.match(text, '^(%d+):(%d+):(.+)$')
  return tonumber(hard), tonumber(soft), tonumber(to)
end

-- A key that something else has written to is no entry, and no reason to do without the others.
local is_foreign = false
local function fields(...)
  local found = redis.pcall('HMGET', KEYS[3], ...)
  is_foreign = found.err ~= nil
  return is_foreign and {} or found
end

local function look(entry, paths)
  local own, fresh, gone = tonumber(entry[1]), tonumber(entry[3]), tonumber(entry[4])
  if not own or not entry[2] then return false end
  if own < floor or own > version or (gone and now >= gone) then return false end
  local state = (fresh and now >= fresh) and 'stale' or 'fresh'
  if own == version then return state end
  local function over(name)
    local hard, soft, to = expiry(name)
    if soft > own then state = 'stale' end
    return hard > own or (soft > own and now >= to)
  end
  for tag in string.gmatch(entry[2], '[^\\n]+') do if over('tag:' .. tag) then return false end end
  for i = paths, #ARGV do if over(ARGV[i]) then return false end end
  return state
end
"""

READ: Final = (
    _COMMON
    + """
local entry = fields('version', 'tags', 'fresh', 'gone', 'value')
local state = look(entry, 3)
if not state then return {whole(version), false} end
return {whole(version), entry[5], state, entry[2]}
"""
)
"""Arguments: names of paths. Answer: the version, and of an entry that may be used its value, state and tags."""

WRITE: Final = (
    _COMMON
    + """
local own, value, tags = tonumber(ARGV[3]), ARGV[4], ARGV[5]
local age, stale, longest = tonumber(ARGV[6]), tonumber(ARGV[7]), tonumber(ARGV[8])
local fresh = age and now + age
local gone = fresh and stale and fresh + stale
if not look({whole(own), tags, false, false}, #ARGV + 1) then return 0 end
local entry = fields('version', 'tags', 'fresh', 'gone')
if (tonumber(entry[1]) or 0) > own and look(entry, #ARGV + 1) then return 0 end
if is_foreign then redis.call('UNLINK', KEYS[3]) end
local function seconds(at) return at and string.format('%.6f', at) or '' end
-- One write, and the first: where there is no room the server refuses it, but nothing that follows a write.
redis.call('HSET', KEYS[3], 'version', whole(own), 'tags', tags, 'value', value, 'made', seconds(now),
  'fresh', seconds(fresh), 'gone', seconds(gone))
local left = math.min(gone and gone - now or longest, longest)
redis.call('PEXPIRE', KEYS[3], whole(math.max(left, 0) * 1000 + 1))
redis.call('PEXPIRE', names, whole(longest * 2000))
redis.call('PEXPIRE', older, whole(longest * 2000))
return 1
"""
)
"""Arguments: version, value, tags, max_age, stale_for ("" for no limit), the longest time that anything is kept."""

EXPIRE: Final = (
    _COMMON
    + """
local stale, most, longest = tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])
version = version + 1
local fields = {'#run', run, '#version', whole(version)}
for i = 6, #ARGV do
  local hard, soft, to = expiry(ARGV[i])
  if stale <= 0 then hard, soft, to = version, 0, 0
  elseif soft == 0 then soft, to = version, now + stale
  elseif now >= to then hard, soft, to = soft, version, now + stale
  else soft, to = version, math.min(to, now + stale) end
  fields[#fields + 1] = ARGV[i]
  fields[#fields + 1] = whole(hard) .. ':' .. whole(soft) .. ':' .. string.format('%.6f', to)
  if ARGV[i] == 'layout:/' then floor = version end
end
fields[#fields + 1] = '#floor'
fields[#fields + 1] = whole(floor)
for i = 1, #fields, 1000 do
  local done = redis.pcall('HSET', names, unpack(fields, i, math.min(i + 999, #fields)))
  if type(done) == 'table' and done.err then
    -- There is no room to remember this: without the names nothing that was kept counts any more.
    redis.call('UNLINK', names, older)
    return whole(version)
  end
end
if redis.call('HLEN', names) > most then
  redis.call('RENAME', names, older)
  floor = math.max(floor, tonumber(known[4] or 0))
  redis.call('HSET', names, '#run', run, '#version', whole(version), '#floor', whole(floor), '#turned', whole(version))
end
redis.call('PEXPIRE', names, whole(longest * 2000))
redis.call('PEXPIRE', older, whole(longest * 2000))
return whole(version)
"""
)
"""Arguments: stale_for, after how many names they become older names, the longest time that anything is kept, the
names.
"""
