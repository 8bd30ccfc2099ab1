-- Questions for wrk: those of the file that BODIES names, one after the other; the figures on one line at the end.
local questions = dofile(os.getenv("BODIES"))
local at = 0
local failed = 0

request = function()
  at = at % #questions.bodies + 1
  return wrk.format("POST", questions.path, questions.headers, questions.bodies[at])
end

done = function(summary, latency, requests)
  local errors = summary.errors
  io.write(string.format(
    "FIGURES %s %.3f %.3f %.1f %d %d\n", os.getenv("NAME"), latency:percentile(50) / 1000,
    latency:percentile(99) / 1000, summary.requests / (summary.duration / 1e6), summary.requests,
    errors.connect + errors.read + errors.write + errors.status + errors.timeout))
end
