"""compreface_sdk.py URL SAMPLES: the server as CompreFace's own SDK sees it, and as HTTP does.

Every call of compreface-sdk 0.6.0 is made. It forgets all faces of the gallery.
"""

import base64
import http.server
import inspect
import os
import sys
import tempfile
import threading
import uuid
from io import BytesIO
from pathlib import Path
from urllib.parse import quote, urlsplit

from compreface import CompreFace
from compreface.collections import FaceCollection, Subjects
from compreface.core.model import CompreFace as Model
from compreface.exceptions import IncorrectFieldException
from compreface.service import DetectionService, RecognitionService, VerificationService
from PIL import Image

from outside import Checks, Client, blank_png, short

url, samples = sys.argv[1].rstrip("/"), Path(sys.argv[2])
# A gallery on a server keeps no photos.
keeps_photos = "--no-photos" not in sys.argv[3:]
checks = Checks()
key = str(uuid.uuid4())
raw = Client(url, headers={"x-api-key": key})
domain, port = url.rsplit(":", 1)
R = "/api/v1/recognition"
obama, obama2, biden = (str(samples / f"{name}.jpg") for name in ("obama", "obama2", "biden"))
scratch = tempfile.TemporaryDirectory()

# Which of the SDK's calls were made: at the end, all must have been.
called = set()


def note(cls, name):
    original = getattr(cls, name)

    def noted(*arguments, **named):
        called.add((cls.__name__, name))
        return original(*arguments, **named)

    setattr(cls, name, noted)


sdk_calls = [
    (cls, name)
    for cls in (Model, RecognitionService, DetectionService, VerificationService, FaceCollection, Subjects)
    for name, _ in inspect.getmembers(cls, inspect.isfunction) if not name.startswith("_")]
for cls, name in sdk_calls:
    note(cls, name)


def data(path):
    return Path(path).read_bytes()


def error(answer, code, what):
    """What the SDK hands on of a wrong call."""
    right = (isinstance(answer, dict) and answer.get("code") in (code if isinstance(code, tuple) else (code,))
             and isinstance(answer.get("message"), str) and answer["message"] and "result" not in answer)
    checks.that(right, f"{what}: got {short(answer)}, expected an error of code {code}")


def raw_error(answer, status, code, what):
    checks.equal(answer.status, status, f"{what}: status ({answer})")
    error(answer.json(), code, what)


def is_image_id(text):
    try:
        return str(uuid.UUID(text)) == text
    except (ValueError, TypeError, AttributeError):
        return False


def face(value, what, plugins=(), is_timed=False):
    """A FACE: its box, and what the plugins that were asked for say; nothing that was not."""
    box = value.get("box") if isinstance(value, dict) else None
    if not checks.that(isinstance(box, dict), f"{what}: no box in {short(value)}"):
        return
    checks.equal(
        set(box), {"probability", "x_max", "y_max", "x_min", "y_min"}, f"{what}: box")
    checks.that(
        all(type(box[side]) is int for side in ("x_min", "x_max", "y_min", "y_max")) and
        box["x_max"] > box["x_min"] and box["y_max"] > box["y_min"] and 0 < box["probability"] <= 1,
        f"{what}: box {box}")
    if "landmarks" in plugins:
        marks = value.get("landmarks")
        checks.that(
            isinstance(marks, list) and len(marks) == 5 and all(len(mark) == 2 for mark in marks) and
            all(box["x_min"] <= x <= box["x_max"] and box["y_min"] <= y <= box["y_max"] for x, y in marks),
            f"{what}: landmarks {marks} in {box}")
    if "calculator" in plugins:
        embedding = value.get("embedding")
        checks.that(
            isinstance(embedding, list) and len(embedding) >= 64
            and all(isinstance(number, float) for number in embedding),
            f"{what}: embedding {short(embedding, 100)}")
    for plugin, field, keys in (
        ("age", "age", {"probability", "high", "low"}), ("gender", "gender", {"probability", "value"}),
        ("mask", "mask", {"probability", "value"}), ("pose", "pose", {"pitch", "roll", "yaw"}),
        ("landmarks", "landmarks", None), ("calculator", "embedding", None)):
        # A plugin that the server has no model for says nothing; it never says null.
        said = value.get(field, "nothing")
        if plugin not in plugins:
            checks.equal(said, "nothing", f"{what}: {field}, which was not asked for")
        elif keys and said != "nothing":
            checks.that(isinstance(said, dict) and keys <= set(said), f"{what}: {field} {said}")
    times = value.get("execution_time")
    if is_timed:
        checks.that(
            isinstance(times, dict) and isinstance(times.get("detector"), (int, float)),
            f"{what}: execution_time {times}")
    else:
        checks.that("execution_time" not in value, f"{what}: execution_time without status")


def results(answer, count, what):
    """The list of an answer, of so many; an empty one where it is not that."""
    found = answer.get("result") if isinstance(answer, dict) else None
    right = isinstance(found, list) and len(found) == count
    checks.that(right, f"{what}: got {short(answer)}, expected {count} results")
    return found if right else []


def similarity(value, low, high, what):
    number = value.get("similarity") if isinstance(value, dict) else None
    checks.that(
        isinstance(number, (int, float)) and low <= number <= high and round(number, 5) == number,
        f"{what}: similarity {number}, expected {low} to {high} with five decimals")
    return number if isinstance(number, (int, float)) else 0


def side_by_side():
    """Two people on one photo."""
    left, right = (Image.open(path).convert("RGB") for path in (obama, biden))
    right = right.resize((right.width * left.height // right.height, left.height))
    both = Image.new("RGB", (left.width + right.width, left.height))
    both.paste(left, (0, 0))
    both.paste(right, (left.width, 0))
    file = BytesIO()
    both.resize((both.width // 2, both.height // 2)).save(file, "JPEG", quality=92)
    return file.getvalue()


def encoded_anew(path):
    """The same photo in other bytes."""
    file = BytesIO()
    Image.open(path).convert("RGB").save(file, "JPEG", quality=93)
    return file.getvalue()


def is_picture_of(image, original):
    """Whether a picture may be that photo, made smaller perhaps."""
    try:
        (width, height), (full_width, full_height) = (Image.open(BytesIO(one)).size for one in (image, original))
    except OSError:
        return False
    return min(full_width, 900) <= width <= full_width and abs(width / height - full_width / full_height) < 0.01


both, nobody, biden_anew = side_by_side(), blank_png(), encoded_anew(biden)
PLUGINS = ("calculator", "age", "gender", "landmarks", "mask")
options = {
    "limit": 0, "det_prob_threshold": 0.5, "prediction_count": 5, "face_plugins": ",".join(PLUGINS),
    "status": True}
expanded = {name: options[name] for name in options if name != "prediction_count"}

sdk = CompreFace(domain, port)
checks.equal((sdk.domain, sdk.port, sdk.options), (domain, port, {}), "the SDK's settings")
recognition = sdk.init_face_recognition(key)
detection = sdk.init_face_detection(key)
verification = sdk.init_face_verification(key)
for service in (recognition, detection, verification):
    checks.equal(service.get_available_functions(), [], "available functions")
faces, subjects = recognition.get_face_collection(), recognition.get_subjects()

# MARK: Subjects

answer = subjects.delete_all()
checks.that(isinstance(answer.get("deleted"), int), f"delete all subjects: {answer}")
checks.equal(subjects.list(), {"subjects": []}, "subjects of an empty collection")
checks.equal(subjects.delete_all(), {"deleted": 0}, "delete all of nothing")
answer = recognition.recognize(obama)
for found in results(answer, 1, "recognise in an empty collection"):
    checks.equal(found.get("subjects"), [], "recognise in an empty collection: subjects")

checks.equal(subjects.add("Ann"), {"subject": "Ann"}, "add a subject")
checks.equal(subjects.add("Åsa Müller 李"), {"subject": "Åsa Müller 李"}, "add a subject beyond ASCII")
checks.equal(sorted(subjects.list()["subjects"]), ["Ann", "Åsa Müller 李"], "subjects")
error(subjects.add("Ann"), 43, "add a subject twice")
error(subjects.add("ANN"), 43, "add a subject twice in capitals")
error(subjects.add(""), (5, 26), "add a subject without a name")
error(subjects.add("x" * 51), 26, "add a subject of 51 characters")
checks.equal(subjects.add("x" * 50), {"subject": "x" * 50}, "add a subject of 50 characters")
for bad in ("a/b", "a\\b", "a;b"):
    error(subjects.add(bad), 26, f"add the subject {bad}")
checks.equal(subjects.update("Ann", "Bea"), {"updated": True}, "rename a subject")
error(subjects.update("Ann", "Eve"), 42, "rename a subject that is not there")
error(subjects.update("Bea", "x" * 51), 26, "rename a subject to 51 characters")
checks.equal(subjects.update("Åsa Müller 李", "Åsa"), {"updated": True}, "rename beyond ASCII")
checks.equal(sorted(subjects.list()["subjects"]), ["Bea", "x" * 50, "Åsa"], "subjects after renaming")
checks.equal(subjects.update("Bea", "Åsa"), {"updated": True}, "merge two subjects")
checks.equal(sorted(subjects.list()["subjects"]), ["x" * 50, "Åsa"], "subjects after merging")
checks.equal(subjects.delete("Åsa"), {"subject": "Åsa"}, "delete a subject")
error(subjects.delete("Åsa"), 42, "delete a subject twice")
checks.equal(subjects.delete_all(), {"deleted": 1}, "delete the one subject that is left")
checks.equal(subjects.list(), {"subjects": []}, "subjects after all were deleted")

# MARK: The face collection

checks.equal(
    faces.list(), {"faces": [], "page_number": 0, "page_size": 20, "total_pages": 0, "total_elements": 0},
    "faces of an empty collection")
ids = {}
for name, image, subject in (
    ("path", obama, "Barack Obama"), ("bytes", data(biden), "Joe Biden"), ("second", obama2, "Barack Obama")):
    answer = faces.add(image, subject, {"det_prob_threshold": 0.5} if name == "bytes" else {})
    checks.that(
        answer.get("subject") == subject and is_image_id(answer.get("image_id")) and len(answer) == 2,
        f"add a face by {name}: {answer}")
    ids[name] = answer.get("image_id")
checks.equal(len(set(ids.values())), 3, "ids of three faces")
checks.equal(sorted(subjects.list()["subjects"]), ["Barack Obama", "Joe Biden"], "subjects by their faces")
answer = faces.list()
checks.equal(
    sorted((item["image_id"], item["subject"]) for item in answer.get("faces", [])),
    sorted([(ids["path"], "Barack Obama"), (ids["bytes"], "Joe Biden"), (ids["second"], "Barack Obama")]),
    "faces")
checks.equal(
    (answer.get("total_elements"), answer.get("total_pages"), answer.get("page_number"), answer.get("page_size")),
    (3, 1, 0, 20), "the page of faces")
answer = faces.add(obama, "barack OBAMA", {"det_prob_threshold": 0.1})
checks.that(is_image_id(answer.get("image_id")), f"add a face again, to a name in other letters: {answer}")
checks.equal(
    sorted(subjects.list()["subjects"]), ["Barack Obama", "Joe Biden"], "names compare without regard to case")
if is_image_id(answer.get("image_id")) and answer["image_id"] not in ids.values():
    checks.equal(faces.delete(answer["image_id"]).get("image_id"), answer["image_id"], "delete that face again")
checks.equal(faces.list().get("total_elements"), 3, "faces after adding one again and deleting it")
error(faces.add(nobody, "Nobody"), 28, "add a photo without a face")
error(faces.add(both, "Both"), 31, "add a photo of two people")
error(faces.add(b"This is not an image at all." * 10, "Text"), 28, "add what is not an image")
notes = os.path.join(scratch.name, "notes.txt")
Path(notes).write_bytes(encoded_anew(obama2))
answer = faces.add(notes, "Notes")
checks.that("image_id" in answer, "what a file is called does not matter")
subjects.delete("Notes")
error(faces.add(obama, "x" * 51), 26, "add a face to a name of 51 characters")
checks.that("Nobody" not in subjects.list()["subjects"], "a face that was refused makes no subject")
checks.equal(faces.list().get("total_elements"), 3, "faces after those that were refused")

for image, name, low, high in (
    (obama, "path", 0.99, 1), (data(obama), "path", 0.99, 1), (obama2, "path", 0.6, 1),
    (biden, "bytes", 0.99, 1), (biden, "path", 0, 0.5), (both, None, 0, 1)):
    if name is None:
        found = results(faces.verify(image, ids["path"]), 2, "verify two people with a face")
        similarities = sorted(similarity(item, 0, 1, "verify two people") for item in found)
        checks.that(
            len(found) == 2 and similarities[0] < 0.5 and similarities[1] > 0.9,
            f"verify two people with a face: {similarities}")
        checks.equal(len(results(
            faces.verify(image, ids["path"], {"limit": 1}), 1, "verify two people, one at most")), 1, "limit")
        continue
    what = f"verify {short(image, 60)} with the face by {name}"
    for item in results(faces.verify(image, ids[name]), 1, what):
        face(item, what)
        similarity(item, low, high, what)
        checks.equal(
            item.get("subject"), "Joe Biden" if name == "bytes" else "Barack Obama", f"{what}: subject")
answer = faces.verify(obama, ids["path"], expanded)
for item in results(answer, 1, "verify with all options"):
    face(item, "verify with all options", PLUGINS, is_timed=True)
# CompreFace's own versions differ in where they say this.
versions = answer.get("plugins_versions") or (answer.get("result") or [{}])[0].get("plugins_versions")
checks.that(
    isinstance(versions, dict) and "detector" in versions,
    f"verify with all options: plugins_versions in {short(answer, 200)}")
error(faces.verify(obama, str(uuid.uuid4())), 44, "verify with a face that is not there")
error(faces.verify(obama, "not-an-id"), (0, 26), "verify with what is no id")
error(faces.verify(nobody, ids["path"]), 28, "verify without a face")

# MARK: Recognition

for image, name in ((obama, "Barack Obama"), (data(obama2), "Barack Obama"), (biden, "Joe Biden")):
    what = f"recognise {short(image, 60)}"
    answer = recognition.recognize(image)
    checks.that("plugins_versions" not in answer, f"{what}: plugins_versions without status")
    for item in results(answer, 1, what):
        face(item, what)
        known = item.get("subjects", [])
        checks.equal([subject.get("subject") for subject in known], [name], what)
        for subject in known:
            similarity(subject, 0.99, 1, what)
answer = recognition.recognize(obama, options)
checks.that(
    isinstance(answer.get("plugins_versions"), dict) and "detector" in answer["plugins_versions"]
    and "calculator" in answer["plugins_versions"], f"recognise: {short(answer.get('plugins_versions'))}")
for item in results(answer, 1, "recognise with all options"):
    face(item, "recognise with all options", PLUGINS, is_timed=True)
    known = item.get("subjects", [])
    # It ranks examples: a name comes as often as it has faces, and nothing is cut off.
    checks.equal(
        [subject.get("subject") for subject in known], ["Barack Obama", "Barack Obama", "Joe Biden"],
        "the ranks of examples")
    numbers = [subject.get("similarity", 0) for subject in known]
    checks.that(numbers == sorted(numbers, reverse=True) and numbers[-1] < 0.5, f"their similarities {numbers}")
checks.equal(
    [len(item.get("subjects", [])) for item in
     results(recognition.recognize(obama, {"prediction_count": 2}), 1, "two predictions")], [2], "two predictions")
two = results(recognition.recognize(both), 2, "recognise two people")
checks.equal(
    sorted(item["subjects"][0]["subject"] for item in two if item.get("subjects")),
    ["Barack Obama", "Joe Biden"], "who the two people are")
results(recognition.recognize(both, {"limit": 1}), 1, "recognise one of two people")
error(recognition.recognize(obama, {"prediction_count": 0}), 26, "no predictions")
error(recognition.recognize(nobody), 28, "recognise nobody")
error(recognition.recognize(b"\xff\xd8\xff\xe0 broken"), 28, "recognise a broken JPEG")
for wrong in ({"limit": -1}, {"det_prob_threshold": 1.5}, {"prediction_count": -1}, {"face_plugins": "pose"}):
    try:
        recognition.recognize(obama, wrong)
        checks.that(False, f"the SDK takes {wrong}")
    except IncorrectFieldException:
        checks.that(True, "the SDK refuses it itself")

# MARK: Detection

for image in (obama, data(obama)):
    answer = detection.detect(image)
    for item in results(answer, 1, "detect"):
        face(item, "detect")
        checks.that("subjects" not in item, "detect tells no subjects")
    checks.equal(set(answer), {"result"}, "what detect tells")
width, height = Image.open(obama).size
answer = detection.detect(obama, expanded)
for item in results(answer, 1, "detect with all options"):
    face(item, "detect with all options", PLUGINS, is_timed=True)
    box = item["box"]
    checks.that(
        0 <= box["x_min"] < box["x_max"] <= width and 0 <= box["y_min"] < box["y_max"] <= height,
        f"the box {box} of a photo of {width} x {height}")
checks.that("plugins_versions" in answer, "detect with status tells plugins_versions")
results(detection.detect(both), 2, "detect two people")
results(detection.detect(both, {"limit": 1}), 1, "detect one of two people")
for plugin in PLUGINS:
    for item in results(detection.detect(obama, {"face_plugins": plugin}), 1, f"detect with {plugin}"):
        face(item, f"detect with {plugin}", (plugin,))
error(detection.detect(nobody), 28, "detect nobody")
# The SDK's own default options, used where a call has none.
named = CompreFace(domain, port, options)
named.options = {**options, "limit": 1}
named.domain, named.port = domain, port
for item in results(named.init_face_detection(key).detect(both), 1, "detect with default options"):
    face(item, "detect with default options", PLUGINS, is_timed=True)
for item in results(named.init_face_recognition(key).recognize(both), 1, "recognise with default options"):
    checks.equal(len(item.get("subjects", [])), 3, "recognise with default options: predictions")

# MARK: Verification


def matches(answer, count, what):
    """The matches of a verification, whose one result tells the source's face."""
    for item in results(answer, 1, what):
        face(item.get("source_image_face"), f"{what}: source",
             PLUGINS if "all options" in what else (), "all options" in what)
        found = item.get("face_matches")
        right = isinstance(found, list) and len(found) == count
        checks.that(right, f"{what}: face_matches {short(found)}, expected {count}")
        return found if right else []
    return []


for source, target, low, high in (
    (obama, obama, 0.99, 1), (data(obama), obama2, 0.6, 1), (obama, data(biden), 0, 0.5),
    (data(biden), data(biden), 0.99, 1)):
    for match in matches(verification.verify(source, target), 1, "verify"):
        face(match, "verify")
        similarity(match, low, high, f"verify {short(source, 50)} and {short(target, 50)}")
found = matches(verification.verify(obama, both), 2, "verify with two people")
numbers = [similarity(match, 0, 1, "verify with two people") for match in found]
checks.that(len(numbers) == 2 and max(numbers) > 0.9 and min(numbers) < 0.5, f"verify with two people: {numbers}")
matches(verification.verify(obama, both, {"limit": 1}), 1, "verify with one of two people")
answer = verification.verify(obama, obama2, expanded)
for match in matches(answer, 1, "verify with all options"):
    face(match, "verify with all options", PLUGINS, is_timed=True)
for item in results(answer, 1, "verify with all options"):
    checks.that(isinstance(item.get("plugins_versions"), dict), "verification tells plugins_versions within")
error(verification.verify(both, obama), 31, "verify with two people as the source")
error(verification.verify(nobody, obama), 28, "verify with nobody as the source")
error(verification.verify(obama, nobody), 28, "verify with nobody as the target")


class Files(http.server.SimpleHTTPRequestHandler):
    def __init__(self, *arguments):
        super().__init__(*arguments, directory=str(samples))

    def log_message(self, *_):
        pass


# The SDK fetches addresses itself.
site = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Files)
threading.Thread(target=site.serve_forever, daemon=True).start()
results(detection.detect(f"http://127.0.0.1:{site.server_port}/obama.jpg"), 1, "detect by an address")
site.shutdown()

# MARK: What the SDK cannot say


def base(image):
    return base64.b64encode(image if isinstance(image, bytes) else data(image)).decode()


def form(image, name="file", file="photo.jpg"):
    return [(name, file, image if isinstance(image, bytes) else data(image))]


answer = raw.post(f"{R}/subjects", json_body={"subject": "Raw"})
checks.equal((answer.status, answer.json()), (201, {"subject": "Raw"}), "add a subject")
raw_error(raw.post(f"{R}/subjects", json_body={"subject": "raw"}), 400, 43, "add it again")
raw_error(raw.post(f"{R}/subjects", json_body={}), 400, (5, 26), "add nothing")
raw_error(raw.post(f"{R}/subjects", body=b"{", headers={"Content-Type": "application/json"}), 400,
          (0, 5, 26), "add what is not valid JSON")
raw_error(raw.delete(f"{R}/subjects/{quote('Not there')}"), 404, 42, "delete a subject that is not there")
raw_error(raw.ask("PUT", f"{R}/subjects/nobody", json_body={"subject": "x"}), 404, 42, "rename nobody")
raw_error(raw.ask("PUT", f"{R}/subjects/Raw", json_body={"subject": ""}), 400, (5, 26), "rename to nothing")
checks.equal(raw.delete(f"{R}/subjects/Raw").json(), {"subject": "Raw"}, "delete it")

answer = raw.post(f"{R}/faces?subject=Based", json_body={"file": base(biden_anew)})
checks.equal(answer.status, 201, f"add a face in base64: {answer}")
based = answer.json().get("image_id", str(uuid.uuid4()))
answer = raw.get(f"{R}/faces/{based}/img")
checks.equal((answer.status, is_picture_of(answer.body, biden_anew)), (200, keeps_photos), "the photo of a face")
answer = Client(url).get(f"/static/{key}/images/{based}")
checks.equal(
    (answer.status, is_picture_of(answer.body, biden_anew)), (200, keeps_photos), "the photo of a face by its address"
)
missing = str(uuid.uuid4())
for path in (f"{R}/faces/{missing}/img", f"/static/{key}/images/{missing}"):
    answer = raw.get(path)
    checks.equal((answer.status, answer.body), (200, b""), f"the photo of no face, {path.split('/')[1]}")
raw_error(raw.delete(f"{R}/faces/{missing}"), 404, 44, "delete a face that is not there")
raw_error(raw.post(f"{R}/faces/{missing}/verify", form=form(obama)), 404, 44, "verify with no face")
raw_error(raw.post(f"{R}/faces?subject=", form=form(obama)), 400, (5, 26), "add a face to nobody")
raw_error(raw.post(f"{R}/faces", form=form(obama)), 400, 33, "add a face without a subject")
raw_error(raw.post(f"{R}/faces?subject=A", form=[("note", "no file")]), 400, 34, "add a face without a file")
raw_error(raw.post(f"{R}/faces?subject=a%2Fb", form=form(obama)), 400, 26, "add a face to a/b")
raw_error(raw.post(f"{R}/faces?subject=A", json_body={"file": "!!! no base64 !!!"}), 400, 21, "bad base64")
raw_error(raw.post(f"{R}/faces?subject=A", json_body={"file": ""}), 400, (5, 21, 26), "empty base64")
raw_error(raw.post(f"{R}/recognize", form=[("picture", "p.jpg", data(obama))]), 400, 34, "a part of another name")
raw_error(raw.post(f"{R}/recognize?limit=-1", form=form(obama)), 400, 26, "a limit below 0")
raw_error(raw.post(f"{R}/recognize?prediction_count=0", form=form(obama)), 400, 26, "no predictions")
raw_error(raw.post(f"{R}/recognize?limit=many", form=form(obama)), 400, (0, 26), "a limit that is not a number")
raw_error(raw.post("/api/v1/verification/verify", form=form(obama, "source_image")), 400, 34, "one image of two")

for path, count in ((f"{R}/recognize", 1), ("/api/v1/detection/detect", 1), (f"{R}/faces/{based}/verify", 1)):
    answer = raw.post(f"{path}?&limit=0&face_plugins=landmarks,pose", json_body={"file": base(obama)})
    for item in results(answer.json(), count, f"{path} in base64"):
        face(item, f"{path} in base64", ("landmarks", "pose"))
answer = raw.post("/api/v1/verification/verify",
                  json_body={"source_image": base(obama), "target_image": base(obama2)})
for match in matches(answer.json(), 1, "verify in base64"):
    similarity(match, 0.6, 1, "verify in base64")
answer = raw.post(f"{R}/recognize?status=false&det_prob_threshold=0.99999999", form=form(obama))
checks.that(answer.status in (200, 400), f"a very high threshold: {answer}")

# Names with what has a meaning in addresses.
for name in ("50% Ann", "100%25", "a+b", "Ann & Bob", "q?x=1", "#1", "../x"):
    answer = raw.post(f"{R}/subjects", json_body={"subject": name})
    if "/" in name:
        raw_error(answer, 400, 26, f"the subject {name}")
        continue
    checks.equal((answer.status, answer.json()), (201, {"subject": name}), f"the subject {name}")
    answer = raw.get(f"{R}/faces?subject={quote(name, safe='')}")
    checks.equal((answer.status, answer.json().get("faces")), (200, []), f"faces of {name}")
    answer = raw.delete(f"{R}/subjects/{quote(name, safe='')}")
    checks.equal((answer.status, answer.json()), (200, {"subject": name}), f"delete {name}")
answer = raw.post(f"{R}/faces?subject=50%25%20Ann", form=form(encoded_anew(obama2)))
checks.equal((answer.status, answer.json().get("subject")), (201, "50% Ann"), "add a face to 50% Ann")
checks.equal(raw.delete(f"{R}/subjects/50%25%20Ann").status, 200, "delete 50% Ann")

# Pages of faces.
page = raw.get(f"{R}/faces?page=1&size=3").json()
checks.equal(
    (len(page.get("faces", [])), page.get("page_number"), page.get("page_size"), page.get("total_pages"),
     page.get("total_elements")), (1, 1, 3, 2, 4), "the second page of faces")
page = raw.get(f"{R}/faces?subject={quote('Barack Obama')}").json()
checks.equal(
    sorted(item["image_id"] for item in page.get("faces", [])), sorted([ids["path"], ids["second"]]),
    "the faces of one subject")
checks.equal(raw.get(f"{R}/faces?page=9").json().get("faces"), [], "a page behind the last")

# Embeddings.
answer = detection.detect(obama, {"face_plugins": "calculator"})
vector = answer["result"][0]["embedding"]
other = detection.detect(biden, {"face_plugins": "calculator"})["result"][0]["embedding"]
answer = raw.post(f"{R}/embeddings/recognize?prediction_count=2", json_body={"embeddings": [vector, other]})
found = results(answer.json(), 2, "recognise embeddings")
for item, name in zip(found, ("Barack Obama", None)):
    checks.equal(len(item.get("embedding", [])), len(vector), "an embedding is told again")
    similarities = item.get("similarities", [])
    checks.equal(len(similarities), 2, "two predictions of an embedding")
    similarity(similarities[0] if similarities else {}, 0.99, 1, "an embedding that is known")
    if name and similarities:
        checks.equal(similarities[0].get("subject"), name, "whose embedding it is")
answer = raw.post(f"{R}/embeddings/faces/{ids['path']}/verify", json_body={"embeddings": [vector, other]})
numbers = [similarity(item, 0, 1, "verify embeddings with a face")
           for item in results(answer.json(), 2, "verify embeddings with a face")]
checks.that(len(numbers) == 2 and numbers[0] > 0.99 and numbers[1] < 0.5, f"verify embeddings with a face: {numbers}")
answer = raw.post("/api/v1/verification/embeddings/verify", json_body={"source": vector, "targets": [vector, other]})
numbers = [similarity(item, 0, 1, "verify embeddings")
           for item in results(answer.json(), 2, "verify embeddings")]
checks.that(len(numbers) == 2 and max(numbers) > 0.99 and min(numbers) < 0.5, f"verify embeddings: {numbers}")
raw_error(raw.post(f"{R}/embeddings/faces/{missing}/verify", json_body={"embeddings": [vector]}), 404, 44,
          "verify embeddings with no face")
for path, wrong in (
    (f"{R}/embeddings/recognize", {"embeddings": []}), (f"{R}/embeddings/recognize", {}),
    (f"{R}/embeddings/recognize", {"embeddings": [[1.0, 2.0]]}),
    (f"{R}/embeddings/recognize", {"embeddings": [["a"] * len(vector)]}),
    (f"{R}/embeddings/faces/{ids['path']}/verify", {"embeddings": []}),
    ("/api/v1/verification/embeddings/verify", {"source": vector, "targets": []}),
    ("/api/v1/verification/embeddings/verify", {"targets": [vector]})):
    raw_error(raw.post(path, json_body=wrong), 400, (0, 5, 26, 37), f"{path} of {short(wrong, 60)}")

# Everything is JSON and names its kind, and other origins may read it.
answer = raw.get(f"{R}/subjects")
checks.that((answer.header("Content-Type") or "").startswith("application/json"), "subjects are JSON")
answer = raw.get("/api/v1/recognition/none")
checks.that(answer.status == 404 and answer.code() is not None, f"a route that is not there: {answer}")

# MARK: The ends of faces

answer = raw.post(f"{R}/faces/delete", json_body=[based, missing])
checks.equal(
    (answer.status, answer.json()), (200, [{"image_id": based, "subject": "Based"}]), "delete several faces")
checks.equal(faces.delete(ids["second"]), {"image_id": ids["second"], "subject": "Barack Obama"}, "delete a face")
error(faces.delete(ids["second"]), 44, "delete a face twice")
error(faces.delete("not-an-id"), (0, 26), "delete what is no id")
checks.equal(faces.delete_all("Joe Biden"), {"deleted": 1}, "delete the faces of a subject")
checks.that("Joe Biden" not in subjects.list()["subjects"], "which drops the subject")
checks.equal(
    [item["image_id"] for item in faces.list().get("faces", [])], [ids["path"]], "the face that is left")
for item in results(recognition.recognize(biden), 1, "recognise who is forgotten"):
    checks.equal(
        [subject["subject"] for subject in item.get("subjects", [])], ["Barack Obama"], "who is nearest then")
checks.equal(subjects.update("Barack Obama", "B. O."), {"updated": True}, "rename who has a face")
for item in results(recognition.recognize(obama2), 1, "recognise who was renamed"):
    checks.equal([subject["subject"] for subject in item.get("subjects", [])], ["B. O."], "the new name")
checks.equal(subjects.delete("B. O."), {"subject": "B. O."}, "delete a subject with a face")
checks.equal(faces.list().get("total_elements"), 0, "its faces go with it")
answer = faces.add(obama, "One & Two")
checks.that(is_image_id(answer.get("image_id")) or isinstance(answer.get("code"), int),
            f"a name with an ampersand, which the SDK does not escape: {answer}")
subjects.delete_all()

checks.equal(
    sorted(f"{cls.__name__}.{name}" for cls, name in sdk_calls if (cls.__name__, name) not in called), [],
    "calls of the SDK that were not made")
checks.end()
