"""concurrent_and_limits.py PROGRAM GALLERY SAMPLES [PART...]: what the server refuses, and how.

More requests than it can work on, a stop in the middle, what is too large, keys and rights, rates, foreign
origins, TLS, and paths that lead elsewhere. The gallery is copied first.
"""

import contextlib
import http.client
import os
import random
import re
import resource
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import time
import uuid
import warnings
from io import BytesIO
from pathlib import Path
from urllib.parse import urlsplit

from PIL import Image

from outside import Answer, Checks, Client, Photos, Server, in_threads, multipart, png, resident, short, trusting, wait_until

program, original, samples = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
checks = Checks()
obama, biden = ((samples / f"{name}.jpg").read_bytes() for name in ("obama", "biden"))
R = "/api/v1/recognition"
UNKNOWN = "11111111-2222-4333-8444-555555555555"
parts = {}


def part(function):
    parts[function.__name__] = function
    return function


@contextlib.contextmanager
def a_gallery():
    """A copy of the gallery, deep in a folder that is otherwise empty."""
    with tempfile.TemporaryDirectory() as folder:
        gallery = Path(folder) / "outer" / "inner" / "gallery"
        gallery.parent.mkdir(parents=True)
        if original.exists():
            shutil.copytree(original, gallery)
        yield gallery


def run(*arguments, status, what, lines=1):
    """A run of the program that ends by itself."""
    try:
        done = subprocess.run(
            [program, *map(str, arguments)], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60)
    except subprocess.TimeoutExpired:
        checks.that(False, f"{what}: it goes on running")
        return ""
    allowed = status if isinstance(status, tuple) else (status,)
    checks.that(done.returncode in allowed, f"{what}: exit status {done.returncode}, not {status} ({short(done.stderr)})")
    if done.returncode:
        # A wrong usage may be followed by how it is used.
        said = [line for line in done.stderr.splitlines() if line.strip()
                and not line.startswith(("Usage:", "Help:", "  See"))]
        checks.equal(len(said), lines, f"{what}: lines on standard error {said}")
    return done.stdout


def add_key(gallery, name, rights, *more):
    text = run("keys", "add", name, "--rights", rights, "--gallery", gallery, *more, status=0, what=f"keys add {name}")
    found = re.findall(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}", text)
    checks.equal(len(found), 1, f"keys add {name} prints its key once: {text}")
    return found[0] if found else str(uuid.uuid4())


def refused(answer, status, what, code=str):
    """An error of a status, with its stable code."""
    checks.equal(answer.status, status, f"{what}: status ({answer})")
    checks.that(isinstance(answer.code(), code), f"{what}: no stable code in {answer}")


def patient(client, method, path, **more):
    """Asks until it is not too often: wrong keys are counted."""
    for _ in range(20):
        answer = client.ask(method, path, **more)
        if answer.status != 429:
            return answer
        time.sleep(0.3)
    return answer


def raw_request(path, body, kind, url, method="POST", headers=""):
    return (f"{method} {path} HTTP/1.1\r\nHost: {urlsplit(url).netloc}\r\nContent-Type: {kind}\r\n{headers}"
            f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n").encode() + body


def read_answer(connection):
    """The answer on a socket; None where none came or it broke off."""
    response = http.client.HTTPResponse(connection)
    try:
        response.begin()
        return Answer(response.status, response.headers, response.read())
    except (OSError, http.client.HTTPException):
        return None


# MARK: Load


@part
def busy():
    """More searches at once than it may queue: some are answered, the others told when to come again."""
    with a_gallery() as gallery, Server(program, gallery, "--queue", 2, "--jobs", 1) as server:
        body, kind = multipart([("file", "obama.jpg", obama), ("count", "3")])
        server.client().post("/api/v1/search", body=body, headers={"Content-Type": kind})
        gate, answers = threading.Barrier(40), []

        def search():
            client = server.client()
            gate.wait()
            answers.append(client.post("/api/v1/search", body=body, headers={"Content-Type": kind}))
            client.close()

        threads = [threading.Thread(target=search) for _ in range(40)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        statuses = [answer.status for answer in answers]
        checks.equal(len(answers), 40, "searches that were answered at all")
        checks.equal(set(statuses), {200, 503}, f"statuses of 40 searches at once {sorted(statuses)}")
        checks.that(statuses.count(200) >= 3, f"{statuses.count(200)} of 40 searches found room for three")
        for answer in answers:
            if answer.status == 503:
                refused(answer, 503, "a search too many")
                checks.that(
                    (answer.header("Retry-After") or "").isdigit() and int(answer.header("Retry-After")) > 0,
                    f"Retry-After {answer.header('Retry-After')}")
            else:
                checks.equal(len(answer.json()["faces"]), 1, "faces of a search under load")
        # What costs little is answered meanwhile, and all is well again afterwards.
        checks.equal(server.client().get("/health").status, 200, "health afterwards")
        answer = server.client().post("/api/v1/search", body=body, headers={"Content-Type": kind})
        checks.equal(answer.status, 200, "a search afterwards")
        checks.equal(server.stop(), 0, "the exit status")


@part
def stop():
    """A stop while requests are under way: all that came in are answered, and what was written stays."""
    for how in (signal.SIGTERM, signal.SIGINT):
        with a_gallery() as gallery:
            photos = Photos(samples, 3)
            with Server(program, gallery, "--jobs", 1) as server:
                place = urlsplit(server.url)
                server.client().post("/api/v1/detect", form=[("file", "obama.jpg", obama)])
                connections = []
                for number in range(6):
                    connection = socket.create_connection((place.hostname, place.port), timeout=60)
                    if number % 2:
                        body, kind = multipart([("file", f"stop-{number}.jpg", photos.jpeg())])
                        connection.sendall(raw_request("/api/v1/photos", body, kind, server.url))
                    else:
                        body, kind = multipart([("file", "obama.jpg", obama)])
                        connection.sendall(raw_request("/api/v1/search", body, kind, server.url))
                    connections.append(connection)
                # One kept connection that asks nothing must not hold the server up.
                idle = socket.create_connection((place.hostname, place.port), timeout=60)
                # Long enough to be read, too short to be answered all.
                time.sleep(0.4)
                server.process.send_signal(how)
                added = 0
                for number, connection in enumerate(connections):
                    answer = read_answer(connection)
                    connection.close()
                    what = f"request {number} of a server that is stopped by {how.name}"
                    if not checks.that(answer is not None, f"{what}: no answer"):
                        continue
                    checks.that(answer.status in (200, 503), f"{what}: {answer}")
                    added += number % 2 and answer.status == 200
                try:
                    checks.equal(server.process.wait(60), 0, f"the exit status after {how.name}")
                except subprocess.TimeoutExpired:
                    checks.that(False, f"{how.name} does not end the server while a connection idles")
                idle.close()
                with contextlib.suppress(OSError):
                    socket.create_connection((place.hostname, place.port), timeout=5).close()
                    checks.that(False, "the port is open after the end")
            with Server(program, gallery) as server:
                titles = [photo["title"] for photo in server.client().get("/api/v1/photos?limit=1000").json()["photos"]]
                checks.equal(
                    sum(title.startswith("stop-") for title in titles), added, "photos that were added before the end")


@part
def same_photo():
    """One photo, added and deleted by several at once, is there or is not."""
    with a_gallery() as gallery, Server(program, gallery) as server:
        photo = Photos(samples, 9).jpeg()
        end = time.monotonic() + 2.5
        last = []

        def add():
            client = server.client()
            while time.monotonic() < end:
                answer = client.post("/api/v1/photos", form=[("file", "same.jpg", photo)])
                if checks.that(answer.status in (200, 503), f"adding a photo while it is deleted: {answer}"):
                    last[:] = [item["photo"] for item in answer.json().get("photos", [])] or last

        def delete():
            client = server.client()
            while time.monotonic() < end:
                for number in list(last):
                    answer = client.delete(f"/api/v1/photos/{number}")
                    checks.that(answer.status in (200, 404, 503), f"deleting a photo while it is added: {answer}")
                    answer = client.get(f"/api/v1/photos/{number}/image")
                    checks.that(answer.status in (200, 404, 503), f"a photo that is deleted: {answer}")

        threads = [threading.Thread(target=work) for work in (add, add, delete, delete)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        client = server.client()
        there = [item for item in client.get("/api/v1/photos?limit=1000").json()["photos"] if item["title"] == "same.jpg"]
        checks.that(len(there) <= 1, f"one photo is there {len(there)} times")
        files = [path for path in (gallery / "photos").rglob("*") if path.is_file()]
        checks.equal(len(files), len(there), "files of that photo")
        for item in there:
            checks.equal(client.get(f"/api/v1/photos/{item['photo']}/image").status, 200, "its picture")
        checks.equal(server.stop(), 0, "the exit status")


@part
def changes():
    """Changes from several sides, beside questions that keep what they found: all of them have their turn."""
    with a_gallery() as gallery, Server(program, gallery) as server:
        ids = [face["face"] for face in server.client().get("/api/v1/faces").json()["faces"]]

        def work(number):
            client = server.client()
            for turn in range(8):
                face = ids[number % len(ids)]
                for method, path, body in (
                    ("PATCH", f"/api/v1/faces/{face}", {"labels": {"turn": f"{turn}"}}),
                    ("POST", "/api/v1/jobs", {"kind": "people", "again": True}), ("GET", "/api/v1/people", None),
                    ("PATCH", f"/api/v1/faces/{face}", {"name": f"Name {number}"}), ("POST", "/api/v1/people/undo", None),
                    ("GET", f"/api/v1/graph?face={face}", None)):
                    answer = client.ask(method, path, json_body=body)
                    checks.that(answer.status in (200, 202), f"{method} {path} beside others: {answer}")
            answer = client.get(f"/api/v1/faces/{face}").json()
            checks.equal(answer.get("labels", {}).get("turn"), "7", f"the last label of face {face}")

        in_threads(work, range(min(4, len(ids))), 4)
        checks.equal(server.stop(), 0, "the exit status")


@part
def moved():
    """A gallery is one folder: elsewhere, or by another path, it is the same with all its photos."""
    with a_gallery() as gallery:
        photos = Photos(samples, 11)
        with Server(program, gallery) as server:
            answer = server.client().post("/api/v1/photos", form=[("file", f"{n}.jpg", photos.jpeg()) for n in range(3)])
            added = [item["photo"] for item in answer.json().get("photos", [])]
            checks.equal(len(added), 3, f"photos that were added: {answer}")
            checks.equal(server.stop(), 0, "the exit status")
        elsewhere, link, copy = gallery.parent / "elsewhere", gallery.parent / "link", gallery.parent / "copy"
        link.symlink_to(gallery)
        shutil.copytree(gallery, copy)
        places = [(link, "by a link"), (f"{gallery}/../gallery/", "by a roundabout path"), (copy, "as a copy")]
        for place, what in places + [(elsewhere, "moved")]:
            if place == elsewhere:
                gallery.rename(elsewhere)
            with Server(program, place) as server:
                client = server.client()
                for number in added:
                    checks.equal(client.get(f"/api/v1/photos/{number}").json().get("image"), True, f"{what}: photo {number}")
                    checks.equal(client.get(f"/api/v1/photos/{number}/image").status, 200, f"{what}: its picture")
                if place == copy:
                    # What is removed from a copy stays in what it was copied from.
                    receipt = client.delete(f"/api/v1/photos/{added[0]}").json()
                    checks.equal(receipt.get("files"), 1, f"{what}: a photo that is deleted takes its file along")
                    for kept, count in ((copy, 2), (gallery, 3)):
                        files = [path for path in (kept / "photos").rglob("*") if path.is_file()]
                        checks.equal(len(files), count, f"files in {kept.name}/photos")
                checks.equal(server.stop(), 0, "the exit status")


# MARK: Sizes


@part
def sizes():
    """Uploads and images that are too large."""
    with a_gallery() as gallery, Server(program, gallery, "--max-upload", 1) as server:
        client = server.client()
        large = obama + random.Random(1).randbytes(1_500_000)
        for path in ("/api/v1/photos", "/api/v1/detect", "/api/v1/search"):
            refused(client.post(path, form=[("file", "large.jpg", large)]), 413, f"1.8 MB to {path}")
        refused(client.post("/api/v1/detect", json_body={"image": "A" * 2_000_000}), 413, "2 MB of JSON")
        answer = client.post(f"{R}/recognize", form=[("file", "large.jpg", large)], headers={"x-api-key": UNKNOWN})
        checks.that(answer.status in (400, 413) and isinstance(answer.code(), int), f"1.8 MB to CompreFace: {answer}")
        checks.equal(client.post("/api/v1/detect", form=[("file", "obama.jpg", obama)]).status, 200, "0.3 MB")
        # A claim is enough; so are chunks that go on.
        place = urlsplit(server.url)
        head = f"POST /api/v1/photos HTTP/1.1\r\nHost: {place.netloc}\r\nContent-Type: multipart/form-data; boundary=b\r\n"
        for what, begin, more in (
            ("a claim of 10 GB", head + "Content-Length: 10000000000\r\n\r\n", b""),
            ("chunks without end", head + "Transfer-Encoding: chunked\r\n\r\n", b"10000\r\n" + b"x" * 65536 + b"\r\n")):
            with socket.create_connection((place.hostname, place.port), timeout=20) as connection:
                with contextlib.suppress(OSError):
                    connection.sendall(begin.encode())
                    for _ in range(200 if more else 0):
                        connection.sendall(more)
                answer = read_answer(connection)
                # A connection that is cut while it is being written to may lose the answer.
                if answer or not more:
                    checks.that(answer is not None and answer.status == 413, f"{what}: {answer}")
        checks.equal(client.get("/health").status, 200, "health behind what was too large")
        before = resident(server.pid)
        for width, height in ((30_000, 30_000), (65_500, 65_500), (2_000_000_000, 2), (30_000, 30_000)):
            for path in ("/api/v1/photos", "/api/v1/detect"):
                begun = time.monotonic()
                answer = client.post(path, form=[("file", "claim.png", png(width, height, b"\0" * 1000))])
                checks.that(answer.status in (413, 422) and isinstance(answer.code(), str),
                            f"an image that claims {width} x {height} to {path}: {answer}")
                checks.that(time.monotonic() - begun < 10, f"an image that claims {width} x {height} takes long")
        # A line of pixels, which shrinks to nothing.
        for size in ((5000, 1), (1, 65_500), (65_500, 7), (1, 1)):
            for kind in ("JPEG", "PNG", "TIFF", "BMP"):
                file = BytesIO()
                Image.new("RGB", size).save(file, kind)
                for path in ("/api/v1/photos", "/api/v1/search"):
                    answer = client.post(path, form=[("file", "line", file.getvalue())])
                    checks.that(answer.status in (200, 413, 422), f"a {kind} of {size} to {path}: {answer}")
        grown = resident(server.pid) - before
        print(f"claims of pixels cost {grown:.0f} MB")
        checks.that(grown < 64, f"claims of pixels cost {grown:.0f} MB")


@part
def laborious():
    """Bodies that are within all limits and much work to read hold nobody else up."""
    with a_gallery() as gallery, Server(program, gallery, "--jobs", 1) as server:
        many, kind = multipart([("x", "y")] * 900 + [("file", "zeros.jpg", bytes(20_000_000))])
        numbers = b'{"embedding":[' + b"0.1," * 2_000_000 + b"1]}"
        asked = [("/api/v1/detect", many, kind)] * 3 + [("/api/v1/search", numbers, "application/json")] * 2
        answers = []

        def ask(one):
            path, body, kind = one
            answers.append(server.client(timeout=300).post(path, body=body, headers={"Content-Type": kind}))

        threads = [threading.Thread(target=ask, args=(one,)) for one in asked]
        for thread in threads:
            thread.start()
        longest = 0.0
        while any(thread.is_alive() for thread in threads):
            begun = time.monotonic()
            checks.equal(server.client(timeout=300).get("/health").status, 200, "health meanwhile")
            longest = max(longest, time.monotonic() - begun)
            time.sleep(0.2)
        print(f"the longest wait for health was {longest:.1f} s")
        checks.that(longest < 5, f"health took {longest:.1f} s while such bodies were read")
        for answer in answers:
            checks.that(answer.status in (400, 413, 422, 503), f"a laborious body: {answer}")
        checks.equal(server.stop(), 0, "the exit status")


@part
def descriptors():
    """Where a process has no descriptor left, it waits without a loop, says so once, and goes on afterwards."""
    with a_gallery() as gallery, Server(program, gallery) as server:
        place = urlsplit(server.url)
        checks.equal(server.client().get("/health").status, 200, "health before")
        files = Path(f"/proc/{server.pid}/fd")
        used = max(int(file.name) for file in files.iterdir()) + 1
        _, most = resource.prlimit(server.pid, resource.RLIMIT_NOFILE)
        resource.prlimit(server.pid, resource.RLIMIT_NOFILE, (used + 4, most))
        connections = [socket.create_connection((place.hostname, place.port), timeout=20) for _ in range(60)]
        checks.that(wait_until(lambda: any("no connection can be accepted" in line for line in server.lines), 10),
                    "the log says that there are no descriptors")

        def worked():
            fields = Path(f"/proc/{server.pid}/stat").read_text().rsplit(")", 1)[1].split()
            return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

        before = worked()
        time.sleep(2)
        checks.that(worked() - before < 0.4, f"{worked() - before:.2f} s of work in 2 s of waiting")
        for connection in connections:
            connection.close()
        resource.prlimit(server.pid, resource.RLIMIT_NOFILE, (most, most))
        checks.equal(server.client(timeout=20).get("/health").status, 200, "health afterwards")
        said = [line for line in server.lines if "no connection can be accepted" in line]
        checks.equal(len(said), 1, f"lines about descriptors {said}")
        checks.equal(server.stop(), 0, "the exit status")


# MARK: Keys


@part
def keys():
    """Who may do what."""
    with a_gallery() as gallery:
        made = {name: add_key(gallery, f"may-{name}", name) for name in ("read", "write", "admin")}
        made["slow"] = add_key(gallery, "may-slow", "read", "--rate", 5)
        text = run("keys", "list", "--gallery", gallery, status=0, what="keys list")
        checks.that(all(f"may-{name}" in text for name in made), f"keys list names all: {text}")
        checks.that(not any(key in text for key in made.values()), "keys list shows a key")
        for path in gallery.rglob("*"):
            if path.is_file():
                content = path.read_bytes().lower()
                checks.that(
                    not any(key.lower().encode() in content or uuid.UUID(key).bytes in content
                            for key in made.values()), f"a key lies open in {path.name}")
        run("keys", "add", "may-read", "--rights", "read", "--gallery", gallery, status=1, what="a key of the same name")
        run("keys", "add", "x", "--rights", "everything", "--gallery", gallery, status=64, what="unknown rights")
        run("keys", "remove", "nobody", "--gallery", gallery, status=(1, 2), what="removing a key that is not there")
        with Server(program, gallery) as server:
            asking = {name: server.client(headers={"x-api-key": key}) for name, key in made.items()}
            plain, wrong = server.client(), server.client(headers={"x-api-key": UNKNOWN})
            form = [("file", "biden.jpg", biden)]
            checks.equal(plain.get("/health").status, 200, "health needs no key")
            for method, path, more in (
                ("GET", "/api/v1/photos", {}), ("GET", "/api/v1/info", {}), ("GET", "/metrics", {}),
                ("GET", "/api/v1/faces/1/thumbnail", {}), ("GET", "/api/v1/photos/1/image", {}),
                ("GET", "/api/v1/photos/none", {}), ("GET", "/api/v1/jobs", {}),
                ("POST", "/api/v1/search", {"form": form}), ("POST", "/api/v1/photos", {"form": form}),
                ("DELETE", "/api/v1/photos/1", {}), ("GET", "/api/v1/audit", {}), ("GET", "/api/v1/map/page", {})):
                refused(plain.ask(method, path, **more), 401, f"{method} {path} without a key")
                refused(patient(wrong, method, path, **more), 401, f"{method} {path} with an unknown key")
            answer = patient(server.client(headers={"x-api-key": "no uuid"}), "GET", "/api/v1/info")
            refused(answer, 401, "a key that is no UUID")

            for name, (reads, writes, audits) in {
                "read": (200, 403, 403), "write": (200, 200, 403), "admin": (200, 200, 200)}.items():
                client = asking[name]
                answer = client.get("/api/v1/info")
                checks.equal((answer.status, answer.json().get("rights")), (reads, name), f"info with the key {name}")
                checks.equal(client.get("/api/v1/photos").status, reads, f"photos with the key {name}")
                checks.equal(client.post("/api/v1/search", form=form).status, reads, f"search with the key {name}")
                answer = client.post("/api/v1/photos", form=form)
                checks.equal(answer.status, writes, f"adding with the key {name}: {answer}")
                checks.equal(client.get("/api/v1/audit").status, audits, f"audit with the key {name}")
                if writes == 403:
                    for method, path, body in (
                        ("DELETE", "/api/v1/photos/1", None), ("DELETE", "/api/v1/faces/1", None),
                        ("PATCH", "/api/v1/faces/1", {"name": "x"}), ("PATCH", "/api/v1/people/1", {"name": "x"}),
                        ("DELETE", "/api/v1/people/1", None), ("POST", "/api/v1/people/undo", None),
                        ("POST", "/api/v1/people/merge", {"people": [1, 2]}), ("POST", "/api/v1/jobs", {"kind": "people"})):
                        refused(client.ask(method, path, json_body=body), 403, f"{method} {path} with a key to read")
            answer = asking["admin"].get("/api/v1/audit")
            checks.that(
                any(entry["status"] == 403 for entry in answer.json().get("entries", [])) or
                any(entry["key"] == "may-write" for entry in answer.json().get("entries", [])),
                f"the audit tells who changed what: {short(answer.json())}")

            # As CompreFace says it.
            for headers, status, code, what in (
                ({}, 400, 20, "without a key"), ({"x-api-key": "no uuid"}, 400, 26, "with no UUID"),
                ({"x-api-key": UNKNOWN}, 404, 10, "with an unknown key")):
                for path in (f"{R}/subjects", f"{R}/faces"):
                    answer = patient(server.client(headers=headers), "GET", path)
                    checks.equal((answer.status, answer.code()), (status, code), f"{path} {what}: {answer}")
                answer = patient(server.client(headers=headers), "POST", "/api/v1/detection/detect", form=form)
                checks.equal((answer.status, answer.code()), (status, code), f"detect {what}")
            checks.equal(asking["read"].get(f"{R}/subjects").status, 200, "subjects with a key to read")
            for method, path, body in (
                ("POST", f"{R}/subjects", {"subject": "x"}), ("DELETE", f"{R}/subjects", None),
                ("DELETE", f"{R}/faces?subject=obama", None), ("POST", f"{R}/faces/delete", [UNKNOWN])):
                answer = asking["read"].ask(method, path, json_body=body)
                checks.that(answer.status in (403, 404) and isinstance(answer.code(), int),
                            f"{method} {path} with a key to read: {answer}")
            answer = plain.get(f"/static/{UNKNOWN}/images/{UNKNOWN}")
            checks.that(answer.status in (200, 400, 401, 404) and not answer.body.startswith(b"\xff\xd8"),
                        f"a picture with an unknown key: {answer}")

            # The session of the page: a cookie, and a token for changes.
            answer = patient(plain, "POST", "/api/v1/session", json_body={"key": UNKNOWN})
            refused(answer, 401, "a session with an unknown key")
            answer = plain.post("/api/v1/session", json_body={"key": made["write"]})
            cookie, token = answer.header("Set-Cookie") or "", answer.json().get("csrf")
            checks.that(answer.status == 200 and token and "httponly" in cookie.lower() and "samesite" in cookie.lower(),
                        f"a session: {answer}, {cookie}")
            checks.that(made["write"] not in cookie, "the cookie tells the key")
            with_cookie = server.client(headers={"Cookie": cookie.split(";")[0]})
            checks.equal(with_cookie.get("/api/v1/photos").status, 200, "photos with a session")
            refused(with_cookie.post("/api/v1/photos", form=form), 403, "adding with a session and no token")
            refused(with_cookie.post("/api/v1/photos", form=form, headers={"X-CSRF-Token": "x" * 32}), 403,
                    "adding with a session and a wrong token")
            answer = with_cookie.post("/api/v1/photos", form=form, headers={"X-CSRF-Token": token or ""})
            checks.equal(answer.status, 200, f"adding with a session and its token: {answer}")
            with_cookie.delete("/api/v1/session", headers={"X-CSRF-Token": token or ""})
            checks.equal(with_cookie.get("/api/v1/photos").status, 401, "photos with a session that was closed")

            # A key that is made anew under a name is not the one that a session was opened with.
            answer = plain.post("/api/v1/session", json_body={"key": made["write"]})
            with_cookie = server.client(headers={"Cookie": (answer.header("Set-Cookie") or "").split(";")[0]})
            checks.equal(with_cookie.get("/api/v1/photos").status, 200, "photos with another session")
            run("keys", "remove", "may-write", "--gallery", gallery, status=0, what="keys remove write")
            checks.that(wait_until(lambda: with_cookie.get("/api/v1/photos").status == 401, 15),
                        "a session outlives its key")
            made["write"] = add_key(gallery, "may-write", "write")
            asking["write"] = server.client(headers={"x-api-key": made["write"]})
            checks.that(wait_until(lambda: patient(asking["write"], "GET", "/api/v1/photos").status == 200, 15),
                        "a key that is made anew opens nothing")
            checks.equal(with_cookie.get("/api/v1/photos").status, 401, "photos with the session of the key before")

            # Keys are not to be guessed, and who guesses is not to keep others out.
            # Those asked above have used up what wrong keys are allowed; some of it has to come back first.
            time.sleep(1)
            statuses = [wrong.get("/api/v1/info").status for _ in range(80)]
            checks.equal(set(statuses), {401, 429}, "80 requests with an unknown key")
            checks.equal(asking["read"].get("/api/v1/names").status, 200, "a right key meanwhile")
            statuses = []
            for _ in range(40):
                answer = asking["slow"].get("/api/v1/names")
                statuses.append(answer.status)
                if answer.status == 429:
                    refused(answer, 429, "too many requests")
                    checks.that((answer.header("Retry-After") or "").isdigit(), f"Retry-After {answer.header('Retry-After')}")
            checks.that(set(statuses) == {200, 429} and 5 <= statuses.count(200) < 40, f"a rate of 5: {statuses}")
            checks.equal(asking["read"].get("/api/v1/names").status, 200, "another key, which has no rate")

            run("keys", "remove", "may-read", "--gallery", gallery, status=0, what="keys remove")
            checks.that(wait_until(lambda: asking["read"].get("/api/v1/photos").status == 401, 15),
                        "a key that was removed still opens the running server")
            checks.equal(asking["write"].get("/api/v1/photos").status, 200, "a key that stays")
        checks.that("may-read" not in run("keys", "list", "--gallery", gallery, status=0, what="keys list"),
                    "a key that was removed is listed")


@part
def addresses():
    """Where it listens, and to whom."""
    with a_gallery() as gallery:
        run("serve", "--gallery", gallery, "--host", "0.0.0.0", "--port", 0, status=64, what="all the world without a key")
        nowhere = gallery.parent / "nowhere"
        run("serve", "--gallery", nowhere, "--host", "0.0.0.0", "--port", 0, status=64, what="the same without a gallery")
        checks.that(not nowhere.exists(), "a server that refuses to start leaves a gallery behind")
        run("serve", "--gallery", gallery, "--port", 99_999, status=64, what="a port that there is not")
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            run("serve", "--gallery", gallery, "--port", taken.getsockname()[1], status=1, what="a port that is taken")
        with Server(program, gallery) as server:
            place = urlsplit(server.url)
            client = server.client()
            for host in ("evil.example", f"evil.example:{place.port}", "127.0.0.1.evil.example", "192.168.1.1", "[::2]",
                         "[::1].evil.example", "localhost.evil.example", "evil.example:127.0.0.1"):
                for method, path in (("GET", "/api/v1/photos"), ("GET", "/"), ("POST", "/api/v1/people/undo"),
                                     ("GET", "/api/v1/photos/1/image")):
                    answer = client.ask(method, path, headers={"Host": host})
                    checks.equal(answer.status, 403, f"{method} {path} with the host {host}: {answer}")
            for host in (f"localhost:{place.port}", f"127.0.0.1:{place.port}", f"LOCALHOST:{place.port}"):
                checks.equal(client.get("/api/v1/photos", headers={"Host": host}).status, 200, f"the host {host}")
            form = [("file", "obama.jpg", obama)]
            for origin in ("https://evil.example", "null", f"http://evil.example:{place.port}",
                           f"http://127.0.0.1:{(place.port % 60_000) + 1}", f"https://127.0.0.1:{place.port}.evil.example"):
                for path in ("/api/v1/photos", "/api/v1/search", "/api/v1/detect"):
                    refused(client.post(path, form=form, headers={"Origin": origin}), 403, f"{path} from {origin}")
                refused(client.delete("/api/v1/photos/999999", headers={"Origin": origin}), 403, f"deleting from {origin}")
            refused(client.post("/api/v1/people/undo", headers={"Sec-Fetch-Site": "cross-site"}), 403, "a cross-site change")
            answer = client.post("/api/v1/detect", form=form, headers={"Origin": server.url.rstrip("/")})
            checks.equal(answer.status, 200, f"its own origin: {answer}")
            answer = client.get("/api/v1/photos", headers={"Origin": "https://evil.example"})
            checks.that(answer.header("Access-Control-Allow-Origin") is None, "another origin may read the photos")

            # Headers for browsers.
            for path in ("/", "/api/v1/photos", "/api/v1/map/page", "/health", "/none"):
                answer = client.get(path)
                checks.equal((answer.header("X-Content-Type-Options") or "").lower(), "nosniff", f"{path}: nosniff")
                checks.that(answer.header("Content-Security-Policy"), f"{path}: no Content-Security-Policy")
                checks.that(
                    answer.header("X-Frame-Options")
                    or "frame-ancestors" in (answer.header("Content-Security-Policy") or ""), f"{path}: may be framed")
                checks.that(answer.header("Referrer-Policy"), f"{path}: no Referrer-Policy")
                checks.that(answer.header("X-Request-ID"), f"{path}: no X-Request-ID")
            answer = client.get("/api/v1/photos")
            checks.that("no-store" in (answer.header("Cache-Control") or ""), "the photos may be kept in caches")
            answer = client.get("/")
            checks.that(answer.status == 200 and (answer.header("Content-Type") or "").startswith("text/html"), f"the page: {answer}")
            policy = answer.header("Content-Security-Policy") or ""
            checks.that("unsafe-eval" not in policy and "default-src" in policy, f"the page's policy {policy}")
        # All of 127.0.0.0/8 is this machine.
        with Server(program, gallery, "--host", "127.0.0.2") as server:
            checks.equal(server.client().get("/api/v1/photos").status, 200, "photos at 127.0.0.2")
        add_key(gallery, "net", "admin")
        with Server(program, gallery, "--host", "0.0.0.0") as server:
            port = urlsplit(server.url).port
            checks.equal(Client(f"http://127.0.0.1:{port}").get("/health").status, 200, "all the world with a key")
            checks.equal(Client(f"http://127.0.0.1:{port}").get("/api/v1/photos").status, 401, "its photos")


@part
def tls():
    """The same over TLS."""
    with a_gallery() as gallery:
        certificate, key = gallery.parent / "certificate.pem", gallery.parent / "key.pem"
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost",
             "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-out", certificate, "-keyout", key],
            check=True, capture_output=True)
        run("serve", "--gallery", gallery, "--port", 0, "--certificate", certificate, status=64, what="no private key")
        run("serve", "--gallery", gallery, "--port", 0, "--private-key", key, status=64, what="no certificate")
        run("serve", "--gallery", gallery, "--port", 0, "--certificate", gallery / "none", "--private-key", key, status=1,
            what="a certificate that is not there")
        run("serve", "--gallery", gallery, "--port", 0, "--certificate", key, "--private-key", certificate, status=1,
            what="certificate and key exchanged")
        with Server(program, gallery, "--certificate", certificate, "--private-key", key) as server:
            checks.that(server.url.startswith("https://"), f"its line says {server.url}")
            port = urlsplit(server.url).port
            client = Client(f"https://127.0.0.1:{port}", context=trusting(certificate))
            checks.equal(client.get("/health").json(), {"status": "ok"}, "health over TLS")
            answer = client.post("/api/v1/detect", form=[("file", "obama.jpg", obama)])
            checks.equal((answer.status, len(answer.json().get("faces", []))), (200, 1), "detect over TLS")
            old = trusting(certificate)
            warnings.simplefilter("ignore", DeprecationWarning)
            try:
                old.minimum_version = old.maximum_version = ssl.TLSVersion.TLSv1_1
                Client(f"https://127.0.0.1:{port}", context=old).get("/health")
                checks.that(False, "TLS 1.1 is spoken")
            except (OSError, ValueError):
                checks.that(True, "TLS 1.1 is refused")
            try:
                answer = Client(f"http://127.0.0.1:{port}", timeout=20).get("/health")
                checks.that(answer.status >= 400, f"plain HTTP on the port of TLS: {answer}")
            except (OSError, http.client.HTTPException):
                checks.that(True, "plain HTTP is refused")
            checks.equal(client.get("/health").status, 200, "health afterwards")
            client.close()
            checks.equal(server.stop(), 0, "the exit status")


# MARK: Paths


@part
def paths():
    """Paths that lead out of the gallery lead nowhere."""
    with a_gallery() as gallery:
        secret = gallery.parent / "secret.txt"
        secret.write_text("SECRET-OF-THE-TEST")
        outer = gallery.parent.parent
        with Server(program, gallery) as server:
            client = server.client(headers={"x-api-key": UNKNOWN})
            up = ["/../" * 12, "/..%2f" * 12, "/%2e%2e/" * 12, "/%2e%2e%2f" * 12, "/..%5c" * 12, "/%252e%252e%252f" * 12,
                  "/..;/" * 12, "/....//" * 12, "/%c0%ae%c0%ae/" * 12]
            roots = ["", "/api/v1/photos", "/api/v1/photos/1/image", "/api/v1/faces/1", f"/static/{UNKNOWN}/images",
                     f"{R}/faces", "/assets", "/api/v1/jobs", f"{R}/subjects"]
            for root in roots:
                for way in up:
                    for target in ("etc/passwd", str(secret).lstrip("/")):
                        answer = client.get(root + way + target)
                        checks.that(answer.status < 500, f"{root + way + target}: {answer}")
                        checks.that(b"root:" not in answer.body and b"SECRET" not in answer.body,
                                    f"{root + way + target} reads what is outside")
            for path in ("/gallery.sqlite", "/../gallery.sqlite", "/photos/", "/api/v1/../../gallery.sqlite", "/static/gallery.sqlite",
                         "/api/v1/photos/1%00/image", "/api/v1/photos/1/image%00.jpg", "//etc/passwd", "/file:///etc/passwd",
                         "/api/v1/photos/..%2f..%2fgallery.sqlite/image", "/api/v1/faces/-1/thumbnail", "/api/v1/photos/0x1",
                         "/api/v1/photos/1e0", "/api/v1/photos/%31%20", "/api/v1/photos/9223372036854775808",
                         "/api/v1/photos/00000000000000000000000000001/image"):
                answer = client.get(path)
                checks.that(answer.status < 500 and b"SQLite format" not in answer.body, f"{path}: {answer}")
            before = {path for path in outer.rglob("*") if gallery not in path.parents}
            photos = Photos(samples, 5)
            names = ["../../escape-1.jpg", "/tmp/likeness-escape-2.jpg", str(outer / "escape-3.jpg"), "..\\..\\escape-4.jpg",
                     "%2e%2e%2fescape-5.jpg", "a/../../escape-6.jpg", "....//escape-7.jpg", ".", "..", "", "/", "CON", "-rf",
                     "x" * 3000 + ".jpg", "\u202egpj.exe", "gallery.sqlite", "../gallery.sqlite"]
            for name in names:
                form = [("file", name, photos.jpeg())]
                answer = client.post("/api/v1/photos", form=form)
                checks.that(answer.status == 200 or 400 <= answer.status < 500, f"a photo called {short(name, 60)}: {answer}")
                for item in answer.json().get("photos") or []:
                    if item.get("photo"):
                        title = client.get(f"/api/v1/photos/{item['photo']}").json().get("title", "/")
                        checks.that("/" not in title and title not in (".", ".."), f"the photo {short(name, 60)} is called {title!r}")
                        checks.equal(client.get(f"/api/v1/photos/{item['photo']}/image").status, 200, f"the picture of {short(name, 60)}")
                client.post(f"{R}/faces?subject=escape", form=form)
            for label in ("../../x", "a/b", "\0", "' OR 1=1 --"):
                answer = client.post("/api/v1/search", json_body={"name": label})
                checks.that(400 <= answer.status < 500, f"a search for the name {label!r}: {answer}")
                answer = client.post("/api/v1/search", json_body={"image": f"file:///etc/passwd"})
                checks.that(400 <= answer.status < 500 and b"root:" not in answer.body, f"an image by its path: {answer}")
            after = {path for path in outer.rglob("*") if gallery not in path.parents}
            checks.equal(after - before, set(), "files that were written outside of the gallery")
            checks.that(not Path("/tmp/likeness-escape-2.jpg").exists(), "a file was written to /tmp")
            checks.equal([path for path in outer.rglob("*escape*") if not path.is_relative_to(gallery / "photos")], [],
                         "files that are called as the uploads were")
            checks.equal([path for path in outer.rglob("*") if path.is_symlink()], [], "links")
            checks.equal(server.stop(), 0, "the exit status")
        with (gallery / "gallery.sqlite").open("rb") as file:
            checks.equal(file.read(15), b"SQLite format 3", "the gallery's file")


wanted = sys.argv[4:] or list(parts)
for name in wanted:
    begun = time.monotonic()
    try:
        parts[name]()
    except Exception as error:
        checks.that(False, f"{name} breaks off: {error!r}")
    print(f"{name}: {time.monotonic() - begun:.0f} s", flush=True)
checks.end()
