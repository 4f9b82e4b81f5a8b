-- Asks Curfew about each request: whoever it knows goes on, with a mark and a name, and everybody else gets its refusal.
-- Loaded by haproxy.cfg, which names the address of Curfew: `http-request lua.curfew <query>`.
local address = os.getenv('CURFEW')

-- Where tokens travel, and what tells a browser from a script. A body stays where it is.
local ASKED_WITH = { 'authorization', 'cookie', 'user-token', 'accept' }
local FORWARDED = { 'x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto' }
local IDENTITY = { 'x-auth-user', 'x-auth-user-id', 'x-auth-session', 'x-auth-roles', 'x-auth-application' }
local REFUSED_WITH = { 'www-authenticate', 'location', 'content-type', 'x-auth-login', 'x-request-id', 'cache-control' }
local REFUSALS = { [302] = true, [401] = true, [403] = true }

local function picked(headers, names)
  local found = {}
  for _, name in ipairs(names) do
    if headers[name] then
      found[name] = headers[name]
    end
  end
  return found
end

local function question(txn)
  local sent = txn.http:req_get_headers()
  local headers = picked(sent, ASKED_WITH)
  for name, values in pairs(picked(sent, FORWARDED)) do
    headers[name] = values
  end
  headers['x-forwarded-method'] = { txn.sf:method() }
  headers['x-forwarded-uri'] = { txn.sf:pathq() }
  return headers
end

local function ask(txn, query)
  local url = address .. '/api/v1/forward-auth?' .. query
  local answer = core.httpclient():get({ url = url, headers = question(txn), timeout = 10000 })
  if answer.status == 200 then
    for _, name in ipairs(IDENTITY) do
      txn.http:req_set_header(name, answer.headers[name][0])
    end
    txn:set_var('txn.curfew', 'let-in')
  elseif REFUSALS[answer.status] then
    local headers = picked(answer.headers, REFUSED_WITH)
    txn:done(txn:reply({ status = answer.status, headers = headers, body = answer.body }))
  end
end

core.register_action('curfew', { 'http-req' }, ask, 1)
