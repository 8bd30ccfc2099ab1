"""schemathesis_run.py URL [EXAMPLES]: the server against its own contract, /openapi.json.

Schemathesis makes requests that the contract allows and requests that it forbids, and judges the answers by
it. It changes the gallery at will.
"""

import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from outside import Checks, Client, png

url = sys.argv[1].rstrip("/")
examples = sys.argv[2] if len(sys.argv) > 2 else "6"
checks = Checks()
client = Client(url)

answer = client.get("/openapi.json")
contract = answer.json()
checks.equal((answer.status, str(contract.get("openapi"))[:3]), (200, "3.1"), "the contract")

# Bytes that are no photo never become one.
chance = random.Random(7)
for number in range(24):
    junk = chance.randbytes(chance.choice([0, 1, 7, 100, 5000]))
    if number % 4 == 3:
        junk = png(50, 50)[: 30 + number] + junk
    for path in ("/api/v1/photos", "/api/v1/detect", "/api/v1/search"):
        answer = client.post(path, form=[("file", f"junk-{number}.jpg", junk)])
        checks.that(
            400 <= answer.status < 500 and isinstance(answer.code(), str),
            f"{len(junk)} random bytes to {path}: {answer}")

begun = time.monotonic()
with tempfile.TemporaryDirectory() as folder:
    # Who is told when to come again meets no failure.
    Path(folder, "schemathesis.toml").write_text(
        '[checks.not_a_server_error]\nexpected-statuses = ["2xx", "3xx", "4xx", 503]\n')
    run = subprocess.run(
        [
            sys.executable, "-m", "schemathesis.cli", "--config-file", "schemathesis.toml", "run", f"{url}/openapi.json",
            # What the contract promises of each answer. That allowed data are accepted is not among it: ids
            # are made up, and what it takes for a photo is not a photo.
            "--checks",
            "not_a_server_error,status_code_conformance,content_type_conformance,"
            "response_headers_conformance,response_schema_conformance,negative_data_rejection,"
            "missing_required_header,unsupported_method,allow_header_conformance,use_after_free",
            # A stream does not end by itself.
            "--exclude-path-regex", "/events$",
            "--phases", "examples,coverage,fuzzing", "--max-examples", examples,
            "--seed", "20170309", "--generation-deterministic",
            "--continue-on-failure", "--no-shrink", "--request-timeout", "60",
            "--suppress-health-check", "all", "--warnings", "off", "--no-color",
        ],
        cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
print(run.stdout)
print(f"schemathesis took {time.monotonic() - begun:.0f} s", flush=True)
checks.equal(run.returncode, 0, "schemathesis")
checks.equal(client.get("/health").status, 200, "the server afterwards")
checks.end()
