"""python_client.py URL ANN ANN2 JOE: the client of clients/python against a server over an empty gallery."""

import socket
import subprocess
import sys
import threading
from pathlib import Path

root = Path(__file__).resolve().parents[3]
sys.path.insert(0, str(root / "clients/python/src"))

from likeness_client import Client, ConnectionFailed, LikenessError  # noqa: E402

url, ann, ann2, joe = sys.argv[1:]


def refused(code, work):
    try:
        work()
    except LikenessError as error:
        assert error.code == code and error.status >= 400 and error.message, error.code
    else:
        raise AssertionError(f"no {code}")


subprocess.run(
    [sys.executable, root / "clients/python/generate_types.py", "--check"], check=True
)
client = Client(url)
assert client.is_ready()
assert client.info()["version"]

added = client.add(ann, name="Ann", labels={"place": "home"})
assert added["added"] == 1 and added["photos"][0]["faces"][0]["name"] == "Ann", added
with open(joe, "rb") as file:
    assert client.add(file, Path(ann).read_bytes())["already"] == 1
face = added["photos"][0]["faces"][0]
photo = face["photo"]

found = client.search(ann2, count=2)["faces"][0]
assert found["matches"][0]["name"] == "Ann", found
assert client.search(Path(ann2), filter={"labels": {"place": "home"}})["faces"][0]["matches"]
assert client.search_by(face=face["face"], count=1)["faces"]
assert client.verify(ann, ann2)["same"] is True
assert len(client.detect(ann, embeddings=True)["faces"][0]["embedding"]) > 100

assert client.photo(photo)["items"][0]["face"] == face["face"]
assert len(list(client.photos())) == 2 and len(list(client.faces())) >= 2
assert [one["face"] for one in client.faces(name="Ann")] == [face["face"]]
assert {name["name"] for name in client.names()} >= {"Ann"}
assert client.image(photo, side=200)[:2] == b"\xff\xd8"
assert client.thumbnail(face["face"])[:2] == b"\xff\xd8"
assert client.label_face(face["face"], {"place": None, "age": "34"})["labels"] == {"age": "34"}
assert client.name_face(face["face"], "Ann Lee")["name"] == "Ann Lee"

people = list(client.people())
assert len(people) == 2, people
whose = client.face(face["face"])["person"]
assert client.name_person(whose, "Ann")["edit"]["kind"] == "name"
assert client.person(whose)["name"] == "Ann"
assert client.undo()["edit"]["kind"] == "name"
other = next(person["person"] for person in people if person["person"] != whose)
assert client.merge([whose, other], anyway=True)["edit"]["kind"] == "merge"
client.undo()

refused("unknown_face", lambda: client.face(10**9))
refused("unreadable_photo", lambda: client.search(b"no photo"))
try:
    Client("http://127.0.0.1:9", timeout=5).info()
except ConnectionFailed:
    pass
else:
    raise AssertionError("no server answered")
for answer in (b"SSH-2.0-none\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{}"):
    with socket.create_server(("127.0.0.1", 0)) as other:

        def say(answer=answer):
            connection, _ = other.accept()
            with connection:
                connection.recv(1 << 16)
                connection.sendall(answer)

        thread = threading.Thread(target=say)
        thread.start()
        try:
            Client(f"http://127.0.0.1:{other.getsockname()[1]}", timeout=5).info()
        except ConnectionFailed as error:
            assert "as Likeness does" in str(error), error
        else:
            raise AssertionError("what is no answer was taken for one")
        thread.join()
try:
    Client("nowhere")
except ValueError:
    pass
else:
    raise AssertionError("an address that is none")

# One client for several threads.
results = []
threads = [
    threading.Thread(target=lambda: results.append(client.search(ann2)["faces"])) for _ in range(4)
]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
assert len(results) == 4 and all(result == results[0] for result in results)

receipt = client.remove_photo(photo)
assert receipt["photos"] == 1
refused("unknown_photo", lambda: client.photo(photo))
