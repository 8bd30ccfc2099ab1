"""head_keeps_connections.py URL: answers to HEAD have no body, wherever there is an answer.

A body that came all the same would be taken for the next answer of its connection.
"""

import http.client
import sys
from urllib.parse import urlsplit

connection = http.client.HTTPConnection(urlsplit(sys.argv[1]).netloc, timeout=300)
faults = []
for path in ("/health", "/", "/api/v1/faces/1", "/nothing", "/api/v1/search"):
    connection.request("HEAD", path)
    answer = connection.getresponse()
    if answer.read() or int(answer.headers.get("Content-Length", 0)) == 0:
        faults.append(f"HEAD {path}: {answer.status}, {dict(answer.headers)}")
    connection.request("GET", "/health")
    body = connection.getresponse().read()
    if body != b'{"status":"ok"}':
        faults.append(f"after HEAD {path}: {body!r}")
print("\n".join(faults))
sys.exit(1 if faults else 0)
