-- Random requests of a file, made before the clock runs: arguments are the file of bodies and that of headers.
local requests = {}

function init(args)
  math.randomseed(os.time())
  local headers = {}
  for line in io.lines(args[2]) do
    local name, value = line:match("^([^:]+): (.*)$")
    headers[name] = value
  end
  for body in io.lines(args[1]) do
    requests[#requests + 1] = wrk.format("POST", nil, headers, body)
  end
end

function request()
  return requests[math.random(#requests)]
end

function done(summary, latency, _)
  local errors = summary.errors
  print(string.format(
    'RESULT {"requests": %d, "duration_us": %d, "p50_us": %d, "p99_us": %d, "failed": %d}',
    summary.requests, summary.duration, latency:percentile(50), latency:percentile(99),
    errors.connect + errors.read + errors.write + errors.status + errors.timeout))
end
