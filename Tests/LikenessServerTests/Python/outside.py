"""What the tests from outside share: a client, forms, photos, checks, and the program itself."""

import collections
import contextlib
import http.client
import json
import random
import re
import signal
import ssl
import struct
import subprocess
import sys
import threading
import time
import zlib
from io import BytesIO
from pathlib import Path
from urllib.parse import urlsplit

# Signals that threads of Swift's tests block stay blocked in what they start; the program's are not to be.
signal.pthread_sigmask(signal.SIG_SETMASK, [])

COMPREFACE = re.compile(r"/api/v1/(recognition|detection|verification)/")


class Checks:
    """Counts what was checked, tells each failure at once, and decides how the script ends."""

    def __init__(self):
        self.count = 0
        self.failures = 0
        self._lock = threading.Lock()

    def that(self, condition, what):
        with self._lock:
            self.count += 1
            if not condition:
                self.failures += 1
                if self.failures <= 200:
                    print(f"FAILED: {what}", flush=True)
        return bool(condition)

    def equal(self, got, expected, what):
        return self.that(got == expected, f"{what}: got {short(got)}, expected {short(expected)}")

    def end(self):
        print(f"{self.count} checks, {self.failures} failed", flush=True)
        sys.exit(1 if self.failures or not self.count else 0)


def short(value, length=400):
    text = repr(value)
    return text if len(text) <= length else text[:length] + "…"


class Answer:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    def header(self, name):
        return self.headers.get(name)

    def json(self):
        """The body as JSON; an object that equals nothing where it is none."""
        try:
            return json.loads(self.body)
        except ValueError:
            return {"not JSON": self.body[:200]}

    def code(self):
        """The stable code of an error: a text of the routes' own, a number of CompreFace's."""
        value = self.json()
        if not isinstance(value, dict):
            return None
        if isinstance(value.get("error"), dict):
            error = value["error"]
            return error.get("code") if isinstance(error.get("message"), str) else None
        return value.get("code") if isinstance(value.get("message"), str) else None

    def __repr__(self):
        return f"{self.status} {short(self.body, 300)}"


class Client:
    """Speaks HTTP over a connection that it keeps. One thread at a time."""

    def __init__(self, url, headers=None, timeout=120, context=None):
        parts = urlsplit(url)
        self.host, self.port = parts.hostname, parts.port
        self.headers = dict(headers or {})
        self.timeout = timeout
        self.context = context
        self.secure = parts.scheme == "https"
        self._connection = None

    def close(self):
        if self._connection:
            self._connection.close()
        self._connection = None

    def _connect(self):
        if self._connection:
            return False
        if self.secure:
            self._connection = http.client.HTTPSConnection(
                self.host, self.port, timeout=self.timeout, context=self.context)
        else:
            self._connection = http.client.HTTPConnection(
                self.host, self.port, timeout=self.timeout)
        self._connection.connect()
        return True

    def ask(self, method, path, *, body=None, json_body=None, form=None, headers=None):
        """One request; asked again once where the server had closed the kept connection meanwhile."""
        sent = {**self.headers, **(headers or {})}
        if json_body is not None:
            body = json.dumps(json_body).encode()
            sent.setdefault("Content-Type", "application/json")
        if form is not None:
            body, kind = multipart(form)
            sent.setdefault("Content-Type", kind)
        is_fresh = self._connect()
        try:
            return self._once(method, path, body, sent)
        except (ConnectionError, http.client.RemoteDisconnected, http.client.BadStatusLine):
            self.close()
            if is_fresh:
                raise
        self._connect()
        return self._once(method, path, body, sent)

    def _once(self, method, path, body, headers):
        connection = self._connection
        try:
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                # A server may answer a body that it does not want before it has read it.
                connection.request(method, path, body=body, headers=headers)
            response = connection.getresponse()
            answer = Answer(response.status, response.headers, response.read())
        except BaseException:
            self.close()
            raise
        if response.will_close:
            self.close()
        return answer

    def get(self, path, **more):
        return self.ask("GET", path, **more)

    def post(self, path, **more):
        return self.ask("POST", path, **more)

    def delete(self, path, **more):
        return self.ask("DELETE", path, **more)


def multipart(parts, boundary="----likeness-test-4f1c"):
    """A form's body and its Content-Type.

    Parts are (name, text) or (name, file name, bytes).
    """
    body = BytesIO()
    for part in parts:
        name, content = part[0], part[-1]
        body.write(f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"'.encode())
        if len(part) == 3:
            body.write(f'; filename="{part[1]}"\r\nContent-Type: application/octet-stream'.encode())
        body.write(b"\r\n\r\n" + (content.encode() if isinstance(content, str) else content) + b"\r\n")
    body.write(f"--{boundary}--\r\n".encode())
    return body.getvalue(), f"multipart/form-data; boundary={boundary}"


def chunk(name, body):
    named = name + body
    return struct.pack(">I", len(body)) + named + struct.pack(">I", zlib.crc32(named))


def png(width, height, rows=None):
    """A PNG of these claims; `rows` are its filtered rows, none of them where it only claims."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows or b""))
            + chunk(b"IEND", b""))


def blank_png(width=64, height=64):
    """A whole picture with nobody on it."""
    return png(width, height, (b"\0" + b"\x80" * (3 * width)) * height)


class Photos:
    """Photos of different content, made of the samples: each has a face that is found."""

    def __init__(self, samples, seed, names=("obama.jpg", "biden.jpg", "obama2.jpg"), height=285):
        from PIL import Image

        self.random = random.Random(seed)
        self._lock = threading.Lock()
        self._images = []
        for name in names:
            image = Image.open(Path(samples) / name).convert("RGB")
            self._images.append(image.resize((image.width * height // image.height, height)))

    def jpeg(self):
        with self._lock:
            image = self.random.choice(self._images).copy()
            quality = self.random.randint(75, 95)
            for _ in range(8):
                # In the upper corner, where no face is.
                place = self.random.randrange(image.width), self.random.randrange(8)
                image.putpixel(place, tuple(self.random.randrange(256) for _ in range(3)))
        file = BytesIO()
        image.save(file, "JPEG", quality=quality)
        return file.getvalue()


class Server:
    """A run of `likeness serve` on a port of its own."""

    def __init__(self, program, gallery, *options, within=120):
        self.process = subprocess.Popen(
            [str(program), "serve", "--gallery", str(gallery), "--port", "0", *map(str, options)],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
            errors="replace")
        self.lines = collections.deque(maxlen=200)
        self.url = None
        self._ready = threading.Event()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        self._ready.wait(within)
        if not self.url:
            self.kill()
            raise RuntimeError("the server does not start: " + " | ".join(self.lines))

    def _read(self):
        for line in self.process.stderr:
            self.lines.append(line.rstrip())
            found = re.search(r"listening on (https?://\S+)", line)
            if found and not self.url:
                self.url = found.group(1)
                self._ready.set()
        self._ready.set()

    def client(self, **more):
        return Client(self.url, **more)

    @property
    def pid(self):
        return self.process.pid

    def stop(self, within=90):
        """Asks it to end.
        - Returns: its exit status; None where it had to be killed.
        """
        self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(within)
        except subprocess.TimeoutExpired:
            self.kill()
            return None

    def kill(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self._reader.join(10)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.kill()
        # What it logged of its own mistakes says more than the answers do.
        for line in [line for line in self.lines if " error " in line][-3:]:
            print(f"  its log: {line[:500]}", flush=True)


def resident(pid):
    """Resident memory of a process in MB."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return 0.0


def in_threads(work, arguments, count):
    """Runs `work` for each argument on so many threads; what it raises is raised here."""
    waiting, lock, failures, results = list(enumerate(arguments)), threading.Lock(), [], {}

    def run():
        while True:
            with lock:
                if not waiting or failures:
                    return
                index, argument = waiting.pop(0)
            try:
                results[index] = work(argument)
            except BaseException as error:
                failures.append(error)

    threads = [threading.Thread(target=run) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]
    return [results[index] for index in sorted(results)]


def wait_until(condition, within, step=0.05):
    end = time.monotonic() + within
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(step)
    return False


def trusting(certificate):
    """A context that trusts a certificate and nothing else."""
    return ssl.create_default_context(cafile=str(certificate))
