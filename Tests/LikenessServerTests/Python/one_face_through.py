"""one_face_through.py URL PHOTO: a photo is taken out, added, found, named, composed with and taken out again."""

import json
import pathlib
import sys
import urllib.request
import uuid

url, photo = sys.argv[1] + "/api/v1", pathlib.Path(sys.argv[2])


def ask(method, path, body=None, kind="application/json"):
    request = urllib.request.Request(url + path, data=body, method=method)
    if body is not None:
        request.add_header("Content-Type", kind)
    with urllib.request.urlopen(request, timeout=120) as answer:
        return json.loads(answer.read() or b"{}")


def send(path, **fields):
    boundary = uuid.uuid4().hex
    body = b""
    for name, value in fields.items():
        body += f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
    body += f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{photo.name}"\r\n'.encode()
    body += b"Content-Type: image/jpeg\r\n\r\n" + photo.read_bytes() + f"\r\n--{boundary}--\r\n".encode()
    return ask("POST", path, body, f"multipart/form-data; boundary={boundary}")


photos = ask("GET", "/photos")
assert photos["total"] == 7, photos
known = next(one for one in photos["photos"] if one["title"] == photo.name)
ask("DELETE", f"/photos/{known['photo']}")
assert ask("GET", "/photos")["total"] == 6
found = send("/search")["faces"][0]["matches"]
assert found[0]["name"].startswith("obama"), found
added = send("/photos", name="Somebody")
assert ask("GET", "/photos")["total"] == 7, added
found = send("/search")["faces"][0]["matches"]
assert found[0]["name"] == "Somebody" and found[0]["distance"] < 1e-5, found
face = found[0]["face"]
ask("PATCH", f"/faces/{face}", json.dumps({"labels": {"mood": "glad"}}).encode())
people = ask("GET", "/people")["people"]
assert sorted(person["faces"] for person in people) == [1, 6], people
obama = next(person["person"] for person in people if person["faces"] == 6)
ask("PATCH", f"/people/{obama}", json.dumps({"name": "Barack Obama"}).encode())
assert ask("GET", f"/faces/{face}")["name"] == "Barack Obama"
assert ask("DELETE", f"/people/{obama}")["faces"], "all of them"
assert ask("GET", "/photos")["total"] == 1
