"""malformed_uploads.py URL SAMPLES COUNT SEED [--pid PID] [--first NUMBER] [--only NUMBER]: uploads that are broken in every way.

Images, forms, JSON and HTTP itself are mutated. Whatever comes, the server answers, says a stable code, fails
at nothing, and keeps neither memory nor open files. Each upload depends on the seed and its number alone:
--only repeats one of them.
"""

import argparse
import base64
import collections
import http.client
import json
import os
import random
import socket
import struct
import threading
import time
from io import BytesIO
from pathlib import Path
from urllib.parse import urlsplit

from PIL import Image

from outside import COMPREFACE, Answer, Checks, Client, blank_png, multipart, png, resident, short

# What the process may keep after the first tenth of the uploads: buffers that grew, caches, photos that
# were added. Losing one photo in a hundred would be more than this in 10,000.
GROWTH = 96  # MB
OPEN_FILES = 24

parser = argparse.ArgumentParser()
parser.add_argument("url")
parser.add_argument("samples", type=Path)
parser.add_argument("count", type=int)
parser.add_argument("seed")
parser.add_argument("--pid", type=int)
parser.add_argument("--first", type=int, default=0)
parser.add_argument("--only", type=int)
parser.add_argument("--threads", type=int, default=4)
asked = parser.parse_args()
checks = Checks()
url = asked.url.rstrip("/")
place = urlsplit(url)
KEY = "00000000-0000-4000-8000-000000000000"

# MARK: Images


def encoded():
    """The samples in every format that can be made here; most are read by libvips, some by nobody."""
    made = []
    for name, height in (("obama.jpg", 120), ("biden.jpg", 90), ("obama2.jpg", 240)):
        image = Image.open(asked.samples / name).convert("RGB")
        image = image.resize((image.width * height // image.height, height))
        for form, options in (
            ("JPEG", {}), ("JPEG", {"progressive": True, "quality": 60}), ("PNG", {}), ("GIF", {}), ("WEBP", {}),
            ("WEBP", {"lossless": True}), ("TIFF", {}), ("TIFF", {"compression": "tiff_lzw"}),
            ("TIFF", {"compression": "jpeg"}), ("BMP", {}), ("PPM", {}), ("TGA", {}), ("ICO", {}), ("PCX", {}),
            ("JPEG2000", {}), ("AVIF", {}), ("SGI", {}), ("DDS", {}), ("PDF", {})):
            file = BytesIO()
            try:
                image.save(file, form, **options)
            except (OSError, KeyError, ValueError):
                continue  # This Pillow was built without it.
            made.append(file.getvalue())
        for mode in ("L", "LA", "RGBA", "P", "1", "CMYK", "I;16", "F"):
            for form in ("PNG", "JPEG", "TIFF"):
                file = BytesIO()
                try:
                    image.convert("L" if mode == "I;16" else mode).convert(mode).save(file, form)
                except (OSError, KeyError, ValueError):
                    continue
                made.append(file.getvalue())
    return made


def animation():
    frames = [Image.new("RGB", (40, 40), (step * 8, 0, 0)) for step in range(30)]
    file = BytesIO()
    frames[0].save(file, "GIF", save_all=True, append_images=frames[1:])
    return file.getvalue()


IMAGES = encoded() + [animation(), blank_png()]
SIZES = (0, 1, 0x7FFF, 0xFFFF, 30_000, 65_500, 1_000_000, 0x7FFFFFFF, 0xFFFFFFFF)
CURIOUS = [
    b"", b"\0", b"\xff\xd8\xff", b"GIF89a", b"RIFF\xff\xff\xff\xffWEBPVP8 ", b"II*\0\x08\0\0\0\xff\xff", b"BM",
    b"%PDF-1.7\n%%EOF", b"PK\x03\x04" + b"\0" * 40, b"\x7fELF" + b"\0" * 60, b"<html>" * 50,
    b'<svg xmlns="http://www.w3.org/2000/svg" width="99999" height="99999"><image href="file:///etc/passwd"/></svg>',
    b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><svg>&b;</svg>',
    b"P6\n99999999 99999999\n255\n", b"P5 1 1 65535\n\0", b"#?RADIANCE\n\n-Y 99999 +X 99999\n", b"v/1\x01" + b"\xff" * 80,
    b"\0\0\0\x20ftypheic" + b"\0" * 200, b"\0\0\0\x1cftypavif" + b"\xff" * 200, b"# vips matrix\n9 9\n", b"SIMPLE  =  T",
    b"8BPS\0\1" + b"\xff" * 30, b"\x76\x2f\x31\x01" * 30, b"MATLAB 5.0 MAT-file" + b" " * 200, b"push graphic-context\n",
]


def claiming(data, chance):
    """The same image with another size in its header."""
    data = bytearray(data)
    width, height = chance.choice(SIZES), chance.choice(SIZES)
    try:
        if data[:4] == b"\x89PNG":
            return png(width & 0xFFFFFFFF, height & 0xFFFFFFFF, chance.choice([b"", b"\0" * 100]))
        if data[:3] == b"GIF":
            struct.pack_into("<HH", data, 6, width & 0xFFFF, height & 0xFFFF)
        elif data[:2] == b"BM":
            struct.pack_into("<II", data, 18, width, height)
        elif data[:2] == b"\xff\xd8":
            for marker in (b"\xff\xc0", b"\xff\xc2"):
                found = data.find(marker)
                if found > 0:
                    struct.pack_into(">HH", data, found + 5, height & 0xFFFF, width & 0xFFFF)
                    break
        elif data[8:15] == b"WEBPVP8":
            struct.pack_into("<HH", data, 26, width & 0x3FFF, height & 0x3FFF)
        elif data[:2] in (b"P6", b"P5"):
            return b"P6\n%d %d\n255\n" % (width, height) + bytes(data[20:])
        else:
            struct.pack_into("<I", data, chance.randrange(min(200, len(data) - 4)), width)
    except struct.error:
        pass
    return bytes(data)


def broken_image(chance):
    data = bytearray(chance.choice(IMAGES))
    way = chance.randrange(9)
    if way == 0:
        return chance.choice(CURIOUS)
    if way == 1:
        return claiming(data, chance)
    if way == 2:
        return bytes(data[: chance.randrange(len(data))])
    if way == 3:
        return chance.randbytes(chance.choice((1, 50, 3000)))
    if way == 4:
        # The head of one format, the rest of another.
        cut = chance.randrange(2, 200)
        return bytes(data[:cut]) + chance.choice(IMAGES)[cut:]
    # Mutations are likelier in the first bytes, where the structure is.
    for _ in range(chance.choice((1, 1, 2, 5, 30))):
        if not data:
            break
        reach = len(data) if chance.random() < 0.5 else min(len(data), 300)
        at = chance.randrange(reach)
        if way in (5, 8):
            data[at] ^= 1 << chance.randrange(8)
        elif way == 6:
            del data[at : at + chance.choice((1, 4, 100))]
        else:
            data[at:at] = chance.choice((b"\0", b"\xff", b"\xff" * 64, chance.randbytes(20)))
    return bytes(data)


# MARK: Requests

# (path, the files that its form has)
FORMS = (
    (10, "/api/v1/detect", ("file",)),
    (3, "/api/v1/detect?embeddings=true", ("file",)),
    (10, "/api/v1/search", ("file",)),
    (8, "/api/v1/verify", ("a", "b")),
    (4, "/api/v1/photos", ("file",)),
    (6, "/api/v1/detection/detect?face_plugins=landmarks,calculator&status=true", ("file",)),
    (6, "/api/v1/recognition/recognize?limit=2", ("file",)),
    (4, "/api/v1/verification/verify", ("source_image", "target_image")),
    (2, "/api/v1/recognition/faces?subject=mutant", ("file",)),
    (1, f"/api/v1/recognition/faces/{KEY}/verify", ("file",)),
)
NAMES = ("photo.jpg", "a.png", "x.gif", "", "../../etc/passwd", "a\0b.jpg", "ü" * 100 + ".jpg", "photo", "x" * 5000 + ".jpg",
         'quo"te.jpg', "C:\\windows\\x.jpg", "\r\nSet-Cookie: a=b", "photo.jpg")


def a_form(chance):
    return chance.choices(FORMS, [weight for weight, _, _ in FORMS])[0][1:]


def image_upload(chance):
    """A right form with a broken image."""
    path, fields = a_form(chance)
    if chance.random() < 0.15:
        body = {name if name != "file" or COMPREFACE.match(path) else "image":
                base64.b64encode(broken_image(chance)).decode() for name in fields}
        if path.startswith("/api/v1/verify"):
            body = {name: {"image": text} for name, text in body.items()}
        return "POST", path, json.dumps(body).encode(), "application/json"
    body, kind = multipart([(name, "photo.jpg", broken_image(chance)) for name in fields])
    return "POST", path, body, kind


def form_upload(chance):
    """A form that is broken itself."""
    path, fields = a_form(chance)
    boundary = "b0undary"
    image = chance.choice(IMAGES)
    parts = [(name, chance.choice(NAMES).replace("\r\n", "\n"), image) for name in fields]
    body, kind = multipart(parts, boundary)
    way = chance.randrange(20)
    if way == 0:
        kind = "multipart/form-data; boundary=another"
    elif way == 1:
        kind = chance.choice((
            "multipart/form-data", "multipart/form-data; boundary=", "multipart/form-data; boundary=" + "x" * 500,
            'multipart/form-data; boundary="', "multipart/mixed; boundary=b0undary", "text/plain", "", "image/jpeg",
            "multipart/form-data; boundary=b0undary; boundary=c", "application/x-www-form-urlencoded", "*/*",
            "application/json", "multipart/form-data; boundary=\xe4\xf6"))
    elif way == 2:
        body, _ = multipart([("other", "x.jpg", image)], boundary)
    elif way == 3:
        body = b""
    elif way == 4:
        body = b"--b0undary--\r\n"
    elif way == 5:
        body = body.replace(b"--b0undary--\r\n", b"")
    elif way == 6:
        body = body.replace(b"\r\n", b"\n")
    elif way == 7:
        body = body.replace(b"form-data; name=", chance.choice((
            b"", b"attachment; name=", b"form-data; NAME=", b"form-data; name*=UTF-8''", b"form-data;;; name=",
            b"form-data; name=\"\0\"; x=")))
    elif way == 8:
        body, _ = multipart(parts * chance.choice((2, 40)), boundary)
    elif way == 9:
        body = body.replace(b"\r\n\r\n", b"\r\nX-Long: " + b"y" * chance.choice((9000, 300_000)) + b"\r\n\r\n", 1)
    elif way == 10:
        body = body.replace(b"\r\n\r\n", b"\r\n" + b"X-Many: 1\r\n" * 3000 + b"\r\n", 1)
    elif way == 11:
        body = body.replace(b"\r\n\r\n", b"\0\r\n\r\n", 1)
    elif way == 12:
        body = body.replace(b"\r\n\r\n", b"", 1)
    elif way == 13:
        body = body.replace(b"\r\n\r\n", b"\r\nContent-Transfer-Encoding: base64\r\n\r\n", 1)
    elif way == 14:
        body = b"preamble" * 1000 + b"\r\n" + body + b"epilogue" * 1000
    elif way == 15:
        body = b"--b0undary\r\n" * 20_000
    elif way == 16:
        body, _ = multipart([(f"field{number}", "x") for number in range(5000)] + parts, boundary)
    elif way == 17:
        body, _ = multipart(parts + [(name, chance.choice(("", "x" * 100_000, "\0", "-1", "1e999", "{", "[]", "null", "NaN")))
                                     for name in ("count", "metric", "per", "filter", "name", "labels")], boundary)
    elif way == 18:
        nested, nested_kind = multipart(parts, "inner")
        body = (b"--b0undary\r\nContent-Disposition: form-data; name=\"file\"\r\nContent-Type: "
                + nested_kind.encode() + b"\r\n\r\n" + nested + b"\r\n--b0undary--\r\n")
    else:
        data = bytearray(body)
        for _ in range(chance.choice((1, 3, 20))):
            at = chance.randrange(min(len(data), 200))
            data[at] = chance.randrange(256)
        body = bytes(data)
    return "POST", path, body, kind


def a_value(chance):
    return chance.choice((
        None, True, False, 0, -1, 1, 3, 2**63, -(2**63) - 1, 10**400, 1.5, 1e308, "", " ", "x", "obama", "\0", "\ud800", "😀" * 300,
        "x" * 100_000, [], {}, [[]], [None], {"a": {}}, [1e308] * 128, [0.0] * 128, [0.1] * 128, [0.1] * 127, [0.1] * 5000, ["x"] * 128,
        {"face": 1}, {"name": "obama"}, {"person": 10**12}, {"image": "AAAA"}, {"embedding": [0] * 128}, "l2", "cosine", "people", "/9j/"))


JSONS = (
    ("POST", "/api/v1/search", {"name": "obama", "count": 3}), ("POST", "/api/v1/search", {"embedding": [0.1] * 128}),
    ("POST", "/api/v1/search", {"face": 1, "metric": "l2", "per": "name", "filter": {"names": ["biden"], "minimumQuality": 0}}),
    ("POST", "/api/v1/verify", {"a": {"name": "obama"}, "b": {"face": 1}}), ("POST", "/api/v1/detect", {"image": "AAAA"}),
    ("POST", "/api/v1/compose", {"query": "person:obama"}), ("POST", "/api/v1/jobs", {"kind": "nothing"}),
    ("POST", "/api/v1/people/merge", {"people": [999_998, 999_999]}), ("PATCH", "/api/v1/faces/999999", {"name": "x"}),
    ("PATCH", "/api/v1/people/999999", {"name": "x"}), ("POST", "/api/v1/people/999999/split", {"faces": [999_999]}),
    ("POST", "/api/v1/people/999999/apart", {"face": 999_999}), ("POST", "/api/v1/session", {"key": "wrong"}),
    ("POST", "/api/v1/recognition/recognize", {"file": "AAAA"}), ("POST", "/api/v1/detection/detect", {"file": "AAAA"}),
    ("POST", "/api/v1/verification/verify", {"source_image": "AAAA", "target_image": "AAAA"}),
    ("POST", "/api/v1/recognition/subjects", {"subject": "x"}), ("POST", "/api/v1/recognition/faces/delete", [KEY]),
    ("PUT", "/api/v1/recognition/subjects/none", {"subject": "x"}),
    ("POST", "/api/v1/recognition/embeddings/recognize", {"embeddings": [[0.1] * 128]}),
    ("POST", f"/api/v1/recognition/embeddings/faces/{KEY}/verify", {"embeddings": [[0.1] * 128]}),
    ("POST", "/api/v1/verification/embeddings/verify", {"source": [0.1] * 128, "targets": [[0.1] * 128]}),
)


def json_upload(chance):
    """JSON that is broken, or says what makes no sense."""
    method, path, value = chance.choice(JSONS)
    way = chance.randrange(14)
    if way < 5:
        value = json.loads(json.dumps(value))
        at = value
        while isinstance(at, dict) and at:
            name = chance.choice(list(at))
            if isinstance(at[name], dict) and chance.random() < 0.6:
                at = at[name]
            else:
                at[name] = a_value(chance)
                break
        if chance.random() < 0.3 and isinstance(value, dict):
            value[chance.choice(("face", "embedding", "image", "name", "new", ""))] = a_value(chance)
        body = json.dumps(value).encode("utf-8", "surrogatepass")
    elif way == 5:
        body = json.dumps(a_value(chance)).encode()
    elif way == 6:
        body = chance.choice((b"[", b'{"a":', b'{"embedding":[')) * chance.choice((100, 100_000))
    elif way == 7:
        body = json.dumps(value).encode(chance.choice(("utf-16", "utf-32", "utf-8-sig")))
    elif way == 8:
        body = b"" if chance.random() < 0.5 else b" \n\t"
    elif way == 9:
        text = json.dumps(value)
        body = text[: chance.randrange(len(text))].encode()
    elif way == 10:
        body = json.dumps(value).replace("0.1", chance.choice(("1e999", "NaN", "-Infinity", "0x1", "01", "1e-999", "." * 10))).encode()
    elif way == 11:
        text = json.dumps(value)
        body = (text[:-1] + ", " + text[1:]).encode()
    else:
        data = bytearray(json.dumps(value).encode())
        for _ in range(chance.choice((1, 2, 10))):
            data[chance.randrange(len(data))] = chance.randrange(256)
        body = bytes(data)
    kind = chance.choice(("application/json",) * 8 + ("application/json; charset=utf-16", "text/json", "", "multipart/form-data; boundary=x"))
    return method, path, body, kind


# MARK: HTTP that is broken itself


def wire(chance):
    """Bytes for a connection of their own, and whether the connection is closed behind them."""
    path, fields = a_form(chance)
    body, kind = multipart([(name, "photo.jpg", chance.choice(IMAGES)) for name in fields])
    head = f"POST {path} HTTP/1.1\r\nHost: {place.netloc}\r\nx-api-key: {KEY}\r\nContent-Type: {kind}\r\n"
    full = (head + f"Content-Length: {len(body)}\r\n\r\n").encode() + body
    chunked = (head + "Transfer-Encoding: chunked\r\n\r\n").encode()
    whole_chunk = b"%x\r\n" % len(body) + body + b"\r\n"
    return chance.choice((
        lambda: (head + f"Content-Length: {len(body) + 1000}\r\n\r\n").encode() + body,
        lambda: full[: chance.randrange(1, len(full))],
        lambda: (head + f"Content-Length: {len(body) // 2}\r\n\r\n").encode() + body,
        lambda: (head + "Content-Length: -5\r\n\r\n").encode() + body,
        lambda: (head + "Content-Length: 999999999999\r\n\r\n").encode() + body,
        lambda: (head + "Content-Length: 99999999999999999999999\r\n\r\n").encode() + body,
        lambda: (head + "Content-Length: 10\r\nContent-Length: 20\r\n\r\n").encode() + body,
        lambda: (head + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n").encode() + whole_chunk + b"0\r\n\r\n",
        lambda: chunked + b"zzzz\r\n" + body,
        lambda: chunked + whole_chunk,
        lambda: chunked + b"ffffffffffffffff\r\n" + body,
        lambda: chunked + b"".join(b"1\r\n%c\r\n" % byte for byte in body[:3000]) + b"0\r\n\r\n",
        lambda: chunked + whole_chunk + b"0\r\nX-Trailer: " + b"t" * 100_000 + b"\r\n\r\n",
        lambda: (head + "X-Long: " + "y" * 200_000 + "\r\n\r\n").encode(),
        lambda: (head + "X-Many: 1\r\n" * 20_000 + "\r\n").encode(),
        lambda: (head + "X-Nul: a\0b\r\n\r\n").encode(),
        lambda: (head + "X Space : a\r\n folded\r\n\r\n").encode(),
        lambda: f"POST {path}{'x' * 100_000} HTTP/1.1\r\nHost: {place.netloc}\r\n\r\n".encode(),
        lambda: f"FROB {path} HTTP/1.1\r\nHost: {place.netloc}\r\nContent-Length: 0\r\n\r\n".encode(),
        lambda: f"GET {path} HTTP/7.3\r\n\r\n".encode(),
        lambda: f"POST {path} HTTP/1.0\r\nContent-Type: {kind}\r\n\r\n".encode() + body,
        lambda: f"GET http://[::bad HTTP/1.1\r\nHost: {place.netloc}\r\n\r\n".encode(),
        lambda: f"GET /%zz%00/../\xff HTTP/1.1\r\nHost: {place.netloc}\r\n\r\n".encode("latin-1"),
        lambda: b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + chance.randbytes(300),
        lambda: chance.randbytes(2000),
        lambda: b"\r\n" * 500,
        lambda: b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        lambda: (head + "Expect: 100-continue\r\nContent-Length: 5000\r\n\r\n").encode(),
    ))()


def on_a_wire(data, number):
    """Sends bytes, says that no more come, and reads what is answered until the server closes."""
    received = b""
    with socket.create_connection((place.hostname, place.port), timeout=60) as connection:
        try:
            connection.sendall(data)
            connection.shutdown(socket.SHUT_WR)
        except OSError:
            pass  # It may close as soon as it has seen enough.
        try:
            while True:
                part = connection.recv(65536)
                if not part:
                    break
                received += part
        except TimeoutError:
            checks.that(False, f"upload {number}: the connection stays open behind {short(data[:300])}")
        except OSError:
            pass
    statuses = []
    for line in received.split(b"HTTP/1.")[1:]:
        try:
            statuses.append(int(line[2:5]))
        except ValueError:
            statuses.append(0)
    checks.that(
        all(200 <= status < 500 or status in (100, 503, 505, 501) for status in statuses),
        f"upload {number}: {short(received[:300])} for {short(data[:300])}")
    return statuses[0] if statuses else "closed"


# MARK: The run


class Sender(threading.local):
    """A kept connection for each thread."""

    def __init__(self):
        self.client = Client(url, headers={"x-api-key": KEY}, timeout=120)


sender = Sender()
seen, seen_lock = collections.Counter(), threading.Lock()


def upload(number):
    """Sends the upload of a number and judges the answer."""
    chance = random.Random(f"{asked.seed}-{number}")
    kind_of = chance.choices((image_upload, form_upload, json_upload, None), (60, 16, 16, 8))[0]
    if kind_of is None:
        outcome = on_a_wire(wire(chance), number)
        what = "wire"
    else:
        method, path, body, kind = kind_of(chance)
        what = f"{kind_of.__name__.split('_')[0]}"
        answer = send(method, path, body, kind, number)
        if answer is None:
            return
        outcome = answer.status
        judge(answer, method, path, body, kind, number)
    with seen_lock:
        seen[what, outcome] += 1


def send(method, path, body, kind, number):
    headers = {"Content-Type": kind} if kind else {}
    for attempt in range(2):
        is_kept = sender.client._connection is not None
        try:
            return sender.client.ask(method, path, body=body, headers=headers)
        except ConnectionRefusedError:
            raise
        except (OSError, http.client.HTTPException) as error:
            sender.client.close()
            # A kept connection may have been closed behind the answer before.
            if not is_kept:
                checks.that(False, f"upload {number}: {method} {path} of {len(body)} bytes, {kind}: {error!r}")
                return None
    return None


def judge(answer, method, path, body, kind, number):
    what = f"upload {number}: {method} {path} of {len(body)} bytes, {kind[:60]}: {answer}; {short(body[:200])}"
    if not checks.that(
        answer.status < 500 or answer.status == 503 and (answer.header("Retry-After") or "").isdigit(), what):
        return
    if answer.status < 400:
        checks.that("not JSON" not in answer.json() if isinstance(answer.json(), dict) else True, what)
    else:
        expected = int if COMPREFACE.match(path) else str
        checks.that(isinstance(answer.code(), expected), f"no stable code; {what}")


def whole(when):
    """A right upload is answered rightly."""
    body, kind = multipart([("file", "obama.jpg", (asked.samples / "obama.jpg").read_bytes())])
    for _ in range(60):
        answer = Client(url).post("/api/v1/detect", body=body, headers={"Content-Type": kind})
        if answer.status != 503:
            break
        time.sleep(1)
    checks.that(
        answer.status == 200 and len(answer.json().get("faces", [])) == 1, f"a right photo {when}: {answer}")


if asked.only is not None:
    upload(asked.only)
    print(dict(seen))
    checks.end()

whole("before")
begun = time.monotonic()
numbers, lock = iter(range(asked.first, asked.first + asked.count)), threading.Lock()
warm = None
under_way, gone = set(), None


def run():
    global warm, gone
    while True:
        with lock:
            number = next(numbers, None) if gone is None else None
            under_way.add(number)
            if number is not None and number == asked.first + asked.count // 10 and asked.pid:
                warm = resident(asked.pid), len(os.listdir(f"/proc/{asked.pid}/fd"))
        if number is None:
            sender.client.close()
            return
        try:
            upload(number)
        except ConnectionRefusedError:
            # Nothing listens any more: what was being sent then is what it died of.
            with lock:
                gone = gone or sorted(under_way - {None})
            return
        except Exception as error:
            checks.that(False, f"upload {number}: {error!r}")
        with lock:
            if gone is None:
                under_way.discard(number)


threads = [threading.Thread(target=run) for _ in range(asked.threads)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
seconds = time.monotonic() - begun
if gone is not None:
    checks.that(False, f"the server is gone; these uploads were under way: {gone}")
    checks.end()
whole("afterwards")
checks.equal(Client(url).get("/health").status, 200, "the server afterwards")
for (what, outcome), count in sorted(seen.items(), key=str):
    print(f"{what:6} {outcome!s:7} {count}")
print(f"{asked.count} uploads in {seconds:.0f} s, {asked.count / seconds:.0f} a second")
if asked.pid and warm:
    time.sleep(1)
    memory, files = resident(asked.pid), len(os.listdir(f"/proc/{asked.pid}/fd"))
    print(f"resident {warm[0]:.0f} MB after a tenth, {memory:.0f} MB at the end; {warm[1]} and {files} open files")
    checks.that(memory <= warm[0] + GROWTH, f"memory grew from {warm[0]:.0f} MB to {memory:.0f} MB")
    checks.that(files <= warm[1] + OPEN_FILES, f"open files grew from {warm[1]} to {files}")
checks.end()
