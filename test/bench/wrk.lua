-- Requests prepared once, one a header line, in turn; at the end one line that wrk.js reads.
local requests = {}
local turn = 0

function init(args)
  for line in io.lines(args[1]) do
    local name, value = line:match("^([^:]+): (.+)$")
    requests[#requests + 1] = wrk.format("GET", nil, { [name] = value })
  end
end

function request()
  turn = turn % #requests + 1
  return requests[turn]
end

function done(summary, latency)
  local errors = summary.errors
  local failures = errors.status + errors.connect + errors.read + errors.write + errors.timeout
  io.write(string.format("totals %d %d %d %d %d\n", summary.requests, summary.duration, failures, latency:percentile(50), latency:percentile(99)))
end
