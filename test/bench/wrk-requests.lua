-- Requests read whole from a file: "<bytes>\n<request>" again and again. In turn, or each once; at the end one line that wrk.js reads.
requests = {}
turn = 0
left = 0
local main

function setup(thread)
  main = thread
end

function init(args)
  isOnce = args[2] == "once"
  local file = assert(io.open(args[1], "rb"))
  for length in file:lines() do
    requests[#requests + 1] = file:read(tonumber(length))
  end
  file:close()
end

function request()
  turn = turn + 1
  if turn > #requests and not isOnce then turn = 1 end
  left = #requests - turn
  -- When they have run out the run is void, as wrk.js sees: what is asked meanwhile does not count.
  return requests[math.min(turn, #requests)]
end

function done(summary, latency)
  local errors = summary.errors
  local failures = errors.status + errors.connect + errors.read + errors.write + errors.timeout
  local used = main:get("turn")
  io.write(string.format("totals %d %d %d %d %d %d\n", summary.requests, summary.duration, failures, latency:percentile(99), used, math.max(0, main:get("left"))))
end
