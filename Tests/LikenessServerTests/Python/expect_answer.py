"""expect_answer.py URL STATUS CODE: asks once, and fails where the status or the error's code is another."""

import json
import sys
import urllib.error
import urllib.request

url, status, code = sys.argv[1:]
try:
    answer = urllib.request.urlopen(url, timeout=60)
except urllib.error.HTTPError as error:
    answer = error
body = answer.read().decode()
print(answer.status, body)
sys.exit(0 if str(answer.status) == status and json.loads(body)["error"]["code"] == code else 1)
