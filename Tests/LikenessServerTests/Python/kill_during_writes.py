"""kill_during_writes.py PROGRAM GALLERY SAMPLES ROUNDS SEED: a server that is killed in the middle of writing.

Photos are added, named, labelled and deleted from several threads until SIGKILL; then the server is started
again. What was answered is so, what was not is whole or not there. The gallery is copied first.
"""

import http.client
import random
import shutil
import sys
import tempfile
import threading
import time
from io import BytesIO
from pathlib import Path

from PIL import Image

from outside import Checks, Photos, Server, in_threads, short, wait_until

program, original, samples = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
rounds, seed = int(sys.argv[4]), sys.argv[5]
checks = Checks()
chance = random.Random(seed)
photos = Photos(samples, seed)
scratch = tempfile.TemporaryDirectory()
gallery = Path(scratch.name) / "gallery"
if original.exists():
    shutil.copytree(original, gallery)
BROKEN = (OSError, http.client.HTTPException)


class Known:
    """What is known of a photo by the answers that came."""

    def __init__(self, photo, faces, size):
        self.photo, self.faces, self.size = photo, faces, size
        self.deletion = None  # "asked" or "answered"
        self.names, self.labels = {}, {}  # of faces: what may be true, the last answered first

    def say(self, said, face, value):
        said.setdefault(face, [None]).append(value)

    def answered(self, said, face, value):
        said[face] = [value]


class Writers:
    """Threads that write until the server is gone."""

    def __init__(self, server, known):
        self.server, self.known, self.lock = server, known, threading.Lock()
        self.unanswered, self.answers, self.stopping = [], 0, False
        self.threads = [threading.Thread(target=self.run, args=(work,))
                        for work in (self.add, self.add, self.change, self.delete)]
        for thread in self.threads:
            thread.start()

    def run(self, work):
        client = self.server.client()
        try:
            while not self.stopping:
                work(client)
        except BROKEN:
            pass
        finally:
            client.close()

    def judge(self, answer, what):
        if answer.status == 503 and answer.header("Retry-After"):
            time.sleep(0.1)
            return False
        with self.lock:
            self.answers += 1
        return checks.that(answer.status == 200, f"{what}: {answer}")

    def add(self, client):
        with self.lock:
            count, name = chance.choice((1, 1, 2)), chance.choice((None, "Ada", "Åsa Müller"))
        contents = [photos.jpeg() for _ in range(count)]
        form = [("file", f"photo-{index}.jpg", content) for index, content in enumerate(contents)]
        with self.lock:
            self.unanswered += contents
        answer = client.post("/api/v1/photos", form=form + ([("name", name)] if name else []))
        with self.lock:
            for content in contents:
                self.unanswered.remove(content)
        if not self.judge(answer, "add photos"):
            return
        added = answer.json().get("photos", [])
        checks.equal([item.get("status") for item in added], ["added"] * count, "photos that were added")
        for item, content in zip(added, contents):
            known = Known(item["photo"], [face["face"] for face in item["faces"]], Image.open(BytesIO(content)).size)
            checks.that(known.faces, f"no face on photo {known.photo}")
            if name and known.faces:
                known.answered(known.names, item["faces"][0]["face"], name)
            with self.lock:
                self.known[known.photo] = known

    def pick(self):
        with self.lock:
            there = [known for known in self.known.values() if not known.deletion and known.faces]
            return chance.choice(there) if there else None

    def change(self, client):
        known = self.pick()
        if not known:
            time.sleep(0.02)
            return
        with self.lock:
            face, number = chance.choice(known.faces), chance.randrange(10**6)
            is_name = chance.random() < 0.5
            said = known.names if is_name else known.labels
            value = f"Person {number % 5}" if is_name else f"n{number}"
            known.say(said, face, value)
        answer = client.ask("PATCH", f"/api/v1/faces/{face}",
                            json_body={"name": value} if is_name else {"labels": {"mark": value}})
        if known.deletion and answer.status == 404:
            return
        if self.judge(answer, f"change face {face}"):
            with self.lock:
                known.answered(said, face, value)

    def delete(self, client):
        time.sleep(0.15)
        known = self.pick()
        if not known or len(self.known) < 4:
            return
        known.deletion = "asked"
        if self.judge(client.delete(f"/api/v1/photos/{known.photo}"), f"delete photo {known.photo}"):
            known.deletion = "answered"

    def end(self):
        self.stopping = True
        for thread in self.threads:
            thread.join()


def listed(client):
    """All photos, page by page."""
    found, after = [], 0
    while True:
        page = client.get(f"/api/v1/photos?after={after}&limit=50").json()
        found += page.get("photos", [])
        if not page.get("next"):
            return found
        after = page["next"]


def kept_files():
    folder = gallery / "photos"
    return sorted(path for path in folder.rglob("*") if path.is_file()) if folder.exists() else []


def is_whole(client, photo, size=None):
    """Checks that a photo, its picture, its faces and their pictures are there."""
    answer = client.get(f"/api/v1/photos/{photo}")
    if not checks.that(answer.status == 200, f"photo {photo}: {answer}"):
        return None
    value = answer.json()
    items = value.get("items", [])
    checks.equal(len(items), value.get("faces"), f"faces of photo {photo}")
    if photo not in base_photos:
        checks.equal(value.get("image"), True, f"photo {photo} can be shown")
        answer = client.get(f"/api/v1/photos/{photo}/image?side=4096")
        try:
            shown = Image.open(BytesIO(answer.body))
            shown.load()
            shown = shown.size
        except (OSError, SyntaxError):
            shown = None
        checks.that(
            answer.status == 200 and shown and (not size or shown == size),
            f"the picture of photo {photo} of {size}: {short(answer, 100)}, {shown}")
    for item in items:
        face = client.get(f"/api/v1/faces/{item['face']}?embedding=true")
        checks.that(
            face.status == 200 and face.json().get("photo") == photo and face.json().get("embedding"),
            f"face {item['face']} of photo {photo}: {face}")
        picture = client.get(f"/api/v1/faces/{item['face']}/thumbnail")
        checks.that(
            picture.status == 200 and picture.body[:2] == b"\xff\xd8",
            f"the thumbnail of face {item['face']}: {short(picture, 100)}")
    return value


def inspect(client, known, unanswered):
    """Everything that must be so after a restart."""
    there = listed(client)
    ids = [value["photo"] for value in there]
    checks.equal(len(ids), len(set(ids)), "photos are listed once")
    for one in known.values():
        if one.deletion == "answered":
            checks.that(one.photo not in ids, f"photo {one.photo}, which was deleted, is listed")
            checks.equal(client.get(f"/api/v1/photos/{one.photo}").status, 404, f"deleted photo {one.photo}")
            checks.that(
                all(client.get(f"/api/v1/faces/{face}").status == 404 for face in one.faces),
                f"faces of deleted photo {one.photo} are there")
        elif not one.deletion:
            checks.that(one.photo in ids, f"photo {one.photo}, which was added, is not listed")
    for photo in ids:
        one = known.get(photo)
        value = is_whole(client, photo, one and one.size)
        if not one or not value:
            continue
        faces = {item["face"]: item for item in value["items"]}
        checks.equal(sorted(faces), sorted(one.faces), f"faces of photo {photo}")
        for said, read in ((one.names, lambda item: item["name"]),
                           (one.labels, lambda item: item["labels"].get("mark"))):
            for face, values in said.items():
                if face in faces:
                    checks.that(read(faces[face]) in values, f"face {face} says {read(faces[face])}, not {values}")
        # A deletion that was asked for and not answered has not happened.
        one.deletion = None
    unknown = [photo for photo in ids if photo not in known and photo not in base_photos]
    checks.that(
        len(unknown) <= len(unanswered), f"{len(unknown)} photos of {len(unanswered)} that were not answered")
    checks.that(base_photos <= set(ids), f"photos {base_photos - set(ids)} of before are gone")
    # A photo for each file, a file for each photo; what a crash left may be swept up after the start.
    expected = base_files + len(set(ids) - base_photos)
    wait_until(lambda: len(kept_files()) == expected, 10)
    files = kept_files()
    checks.that(
        len(files) == expected,
        f"{len(files)} files for {expected} photos: {[str(path.relative_to(gallery)) for path in files][:5]}")
    # The search sees what there is, and nothing else.
    total = sum(value["faces"] for value in there)
    with_faces = sum(value["faces"] > 0 for value in there)
    answer = client.post("/api/v1/search", form=[("file", "obama.jpg", (samples / "obama.jpg").read_bytes()),
                                                 ("count", "1000"), ("per", "photo")])
    found = answer.json().get("faces", [])
    if checks.that(answer.status == 200 and len(found) == 1, f"search: {answer}"):
        matches = found[0]["matches"]
        checks.equal(
            (len(matches), {match["photo"] for match in matches} <= set(ids)), (min(1000, with_faces), True),
            "photos that the search finds, and whether all of them are there")
    checks.equal(client.get("/api/v1/faces?limit=1").json().get("total"), total, "faces in all")
    for photo in unknown:
        faces = client.get(f"/api/v1/photos/{photo}").json().get("items", [])
        known[photo] = Known(photo, [face["face"] for face in faces], None)


with Server(program, gallery) as server:
    base_photos = {value["photo"] for value in listed(server.client())}
    base_files = len(kept_files())
    checks.equal(server.stop(), 0, "the exit status of a server that was asked to end")

known, answers = {}, 0
for number in range(rounds):
    with Server(program, gallery) as server:
        writers = Writers(server, known)
        # Not before it is in the middle of writing, and then at any moment.
        wait_until(lambda: writers.answers >= 3 or server.process.poll() is not None, 60, 0.01)
        time.sleep(chance.uniform(0, 2.5))
        checks.that(server.process.poll() is None, "the server ended by itself: " + " | ".join(server.lines))
        server.kill()
        writers.end()
        answers += writers.answers
    with Server(program, gallery) as server:
        client = server.client()
        inspect(client, known, writers.unanswered)

        # What was not answered can be sent again.
        def again(content):
            answer = server.client().post("/api/v1/photos", form=[("file", "again.jpg", content)])
            items = answer.json().get("photos", [])
            right = answer.status == 200 and len(items) == 1 and items[0].get("status") in ("added", "already")
            if checks.that(right, f"a photo that was not answered, sent again: {answer}"):
                photo = items[0]["photo"]
                value = is_whole(server.client(), photo, Image.open(BytesIO(content)).size)
                if value:
                    known[photo] = Known(photo, [face["face"] for face in value["items"]], None)

        in_threads(again, writers.unanswered, 1)
        print(f"round {number + 1}: {writers.answers} answers, {len(writers.unanswered)} uploads cut off, "
              f"{len(listed(client))} photos", flush=True)
        checks.equal(server.stop(), 0, "the exit status of a server that was asked to end")
checks.that(answers >= 3 * rounds, f"only {answers} answers")
checks.end()
