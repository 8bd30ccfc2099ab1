"""Kills, faults and load, as Scripts/reliability says."""

import argparse
import collections
import http.client
import json
import os
import pathlib
import random
import shutil
import signal
import statistics
import subprocess
import sys
import threading
import time


def fail(text):
    sys.exit(f"reliability: {text}")


class Gallery:
    """A gallery by the command line."""

    def __init__(self, likeness, folder):
        self.likeness, self.folder = likeness, str(folder)

    def arguments(self, *words):
        return [self.likeness, *map(str, words), "--gallery", self.folder]

    def run(self, *words):
        return subprocess.run(self.arguments(*words), capture_output=True, text=True)

    def json(self, *words):
        done = self.run(*words, "--json")
        if done.returncode not in (0, 1):
            fail(f"{words}: exit code {done.returncode}, {done.stderr.strip()}")
        return json.loads(done.stdout)

    def faces(self):
        """The faces, by number, and what each goes by and shows."""
        found = self.json("list", "faces")
        return {face["face"]: (face.get("name"), face["photo"]) for face in found}

    def people(self):
        return [person["id"] for person in self.json("people")["people"]]

    def findings(self):
        return self.json("gallery", "check")["findings"]


# MARK: Kills


class Change:
    """A command, and what may have become of a gallery's faces when it was killed."""

    def __init__(self, kind, words, allows):
        self.kind, self.words, self.allows = kind, words, allows


def any_change(gallery, before, photos, random_, count):
    """A random change that fits what is there."""
    names = sorted({name for name, _ in before.values() if name})
    people = gallery.people() if count % 4 == 0 else []
    same = lambda after: set(after) == set(before)
    kind = random_.choice(
        ["add", "add", "add", "remove", "remove face", "people", "name", "merge", "split", "undo", "graph", "map",
         "label", "keys", "prune", "upgrade"])
    if kind == "add" or not names:
        some = random_.sample(photos, 12)

        def grown(after):
            # A photo comes with all of its faces, or is not there.
            return set(before) <= set(after)
        return Change("add", ["add", *some], grown)
    if kind == "remove":
        name = random_.choice(names)
        gone = {face for face, (own, _) in before.items() if own == name}
        return Change("remove", ["remove", name], lambda after: set(after) in (set(before), set(before) - gone))
    if kind == "remove face":
        face = random_.choice(sorted(before))
        return Change("remove", ["remove", f"face:{face}"], lambda after: set(after) in (set(before), set(before) - {face}))
    if kind == "people":
        return Change("people", ["people", "--again"], same)
    if kind in ("name", "merge", "split"):
        people = people or gallery.people()
        if len(people) < 2:
            return Change("people", ["people"], same)
        if kind == "name":
            return Change("edit of people", ["people", "name", f"person:{random_.choice(people)}", f"Name {count}"], same)
        if kind == "merge":
            return Change(
                "edit of people", ["people", "merge", *(f"person:{p}" for p in random_.sample(people, 2)), "--anyway", "--name", f"Both {count}"], same)
        return Change("edit of people", ["people", "not", f"face:{random_.choice(sorted(before))}", f"person:{random_.choice(people)}"], same)
    if kind == "undo":
        return Change("edit of people", ["people", "undo"], same)
    if kind == "graph":
        return Change("graph", ["graph", "build"], same)
    if kind == "map":
        return Change("map", ["map", "--output", f"{gallery.folder}-map.html", "--iterations", "100"], same)
    if kind == "label":
        return Change("label", ["label", f"face:{random_.choice(sorted(before))}", f"batch={count}"], same)
    if kind == "keys":
        return Change("keys", ["keys", "add", f"key {count}"], same)
    if kind == "prune":
        return Change("prune", ["gallery", "prune"], same)
    # To the other of two models, or on with what was begun.
    model = random_.choice(["sface", "dlib"])
    return Change("upgrade", ["gallery", "upgrade", "--model", model], same)


def first_gallery(arguments, random_):
    """A gallery of the first of some photos, and all of them."""
    photos = sorted(str(path) for path in pathlib.Path(arguments.people).glob("*/*.jpg"))
    if len(photos) < 200:
        fail(f"{arguments.people} has {len(photos)} photos, and 200 are needed")
    photos = random_.sample(photos, min(len(photos), 2000))
    gallery = Gallery(arguments.likeness, pathlib.Path(arguments.home) / "gallery")
    first = gallery.run("add", *photos[:150])
    if first.returncode:
        fail(first.stderr.strip())
    return gallery, photos


def made_smaller(gallery, before, random_):
    """Its faces, fewer where there were many."""
    if len(before) <= 600:
        return before
    names = sorted({name for name, _ in before.values() if name})
    gallery.run("remove", *random_.sample(names, min(len(names), 100)))
    return gallery.faces()


def kills(arguments):
    random_ = random.Random(1)
    gallery, photos = first_gallery(arguments, random_)
    before = gallery.faces()
    # How long each kind takes when nobody kills it, to aim within.
    lasts = collections.defaultdict(lambda: 1.0)
    counts, killed, faults = collections.Counter(), collections.Counter(), []
    for count in range(arguments.count):
        before = made_smaller(gallery, before, random_)
        change = any_change(gallery, before, photos, random_, count)
        counts[change.kind] += 1
        started = time.monotonic()
        process = subprocess.Popen(gallery.arguments(*change.words), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            process.wait(timeout=random_.uniform(0, 1.1 * lasts[change.kind]))
            lasts[change.kind] = 0.7 * lasts[change.kind] + 0.3 * (time.monotonic() - started)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.wait()
            killed[change.kind] += 1
            lasts[change.kind] = min(60, 1.05 * lasts[change.kind])
        after = gallery.faces()
        if not change.allows(after):
            faults.append(f"{change.words[:3]}: {len(before)} faces before, {len(after)} after")
        for finding in gallery.findings():
            faults.append(f"{change.words[:3]}: {finding['kind']}: {finding['text']}")
        if faults:
            print("\n".join(faults), file=sys.stderr, flush=True)
            faults_seen = len(faults)
            if faults_seen > 20:
                break
        before = after
        if (count + 1) % 50 == 0:
            print(f"{count + 1} of {arguments.count}, {sum(killed.values())} killed, {len(faults)} faults", file=sys.stderr, flush=True)
    print("| change | begun | killed before it ended |\n|---|---|---|")
    for kind in sorted(counts):
        print(f"| {kind} | {counts[kind]} | {killed[kind]} |")
    print(f"| all | {sum(counts.values())} | {sum(killed.values())} |")
    print(f"\nFaults: {len(faults)}")
    return 1 if faults else 0


# MARK: Faults


def any_fault(random_):
    """How a disk fails: its name, and what the library of Scripts/Faults is to do."""
    def about(low, high):
        return str(int(10 ** random_.uniform(low, high)))
    kind = random_.choice(["full", "full", "writes", "syncs", "reads", "opens"])
    settings = {
        "full": {"FAULTS_ROOM": random_.choice(["0", about(2, 6.5)])}, "writes": {"FAULTS_WRITES": about(3, 6)},
        "syncs": {"FAULTS_SYNCS": about(4, 6)}, "reads": {"FAULTS_READS": about(2.5, 5)}, "opens": {"FAULTS_OPENS": about(3, 5.5)},
    }[kind]
    if random_.random() < 0.4:
        settings["FAULTS_KILL_AT"] = about(0, 3.5)
    return kind, settings | {"FAULTS_SEED": str(random_.randrange(1 << 32))}


def not_as_promised(done):
    """What is wrong with how a command ended that was not killed; None where nothing is."""
    if done.returncode not in (0, 1, 2):
        return f"exit code {done.returncode}: {done.stderr.strip()[-300:]}"
    told = [line for line in done.stderr.splitlines() if line.startswith("likeness: ")]
    if done.returncode != 0 and len(told) != 1:
        return f"exit code {done.returncode} and {len(told)} lines: {done.stderr.strip()[-300:]}"
    return None


def faults(arguments):
    random_ = random.Random(2)
    gallery, photos = first_gallery(arguments, random_)
    home = pathlib.Path(arguments.home)
    backup = home / "backups" / "backup.zip"
    backup.parent.mkdir()
    before, backed_up = gallery.faces(), None
    keys = gallery.json("keys", "list")
    begun, failed, killed, found = (collections.Counter() for _ in range(4))
    for count in range(arguments.count):
        before = made_smaller(gallery, before, random_)
        change = any_change(gallery, before, photos, random_, count)
        if random_.random() < 0.1:
            change = Change("backup", ["gallery", "backup", backup], lambda after: set(after) == set(before))
        kind, settings = any_fault(random_)
        begun[change.kind, kind] += 1
        environment = os.environ | settings | {"FAULTS_FOLDER": str(home), "LD_PRELOAD": str(home / "faults.so")}
        done = subprocess.run(gallery.arguments(*change.words), capture_output=True, text=True, errors="replace", env=environment)
        wrong = []
        if done.returncode == -signal.SIGKILL:
            killed[change.kind, kind] += 1
        else:
            failed[change.kind, kind] += done.returncode != 0
            wrong += filter(None, [not_as_promised(done)])
        # The next one that changes something brings to its end what was left.
        plain = gallery.run("label", f"face:{sorted(gallery.faces())[0]}", f"after={count}")
        if plain.returncode:
            wrong.append(f"afterwards: {plain.stderr.strip()}")
        after = gallery.faces()
        if not change.allows(after):
            wrong.append(f"{len(before)} faces before, {len(after)} after")
        wrong += [f"{finding['kind']}: {finding['text']}" for finding in gallery.findings()]
        now = gallery.json("keys", "list")
        names = {key["name"] for key in now}
        if not {key["name"] for key in keys} <= names or (change.kind == "keys" and done.returncode == 0 and len(now) != len(keys) + 1):
            wrong.append(f"{len(keys)} keys before, {len(now)} after")
        if change.kind == "backup":
            backed_up = before if done.returncode == 0 else backed_up
            left = sorted(path.name for path in backup.parent.iterdir() if path != backup)
            if done.returncode != -signal.SIGKILL and left:
                wrong.append(f"left beside a backup: {left}")
            if backed_up is not None:
                copy = Gallery(arguments.likeness, home / "restored")
                restored = subprocess.run([arguments.likeness, "gallery", "restore", backup, copy.folder], capture_output=True, text=True)
                # Killed after it had taken the earlier one's place, it is whole as well.
                if restored.returncode or set(copy.faces()) not in (set(backed_up), set(before)):
                    wrong.append(f"a backup is not whole: {restored.stderr.strip()}")
                shutil.rmtree(copy.folder, ignore_errors=True)
            for path in backup.parent.iterdir():
                if path != backup:
                    path.unlink()
        for text in wrong:
            found[change.kind, kind] += 1
            print(f"{[str(word) for word in change.words[:3]]} {settings}: {text}", file=sys.stderr, flush=True)
        if sum(found.values()) > 20:
            break
        before, keys = after, now
        if (count + 1) % 50 == 0:
            print(f"{count + 1} of {arguments.count}, {sum(found.values())} found", file=sys.stderr, flush=True)
    print("| change | begun | failed | killed |\n|---|---|---|---|")
    for change in sorted({change for change, _ in begun}):
        numbers = [sum(n for (c, _), n in counter.items() if c == change) for counter in (begun, failed, killed)]
        print(f"| {change} | {' | '.join(map(str, numbers))} |")
    print("\n| disk | begun | failed | killed |\n|---|---|---|---|")
    for kind in sorted({kind for _, kind in begun}):
        numbers = [sum(n for (_, k), n in counter.items() if k == kind) for counter in (begun, failed, killed)]
        print(f"| {kind} | {' | '.join(map(str, numbers))} |")
    print(f"\nFound: {sum(found.values())}")
    return 1 if found else 0


# MARK: Load


class Client:
    """A connection that is kept, with a key."""

    def __init__(self, port, key):
        self.port, self.key, self.connection = port, key, None

    def ask(self, method, path, body=None, kind="application/json"):
        """The status and the seconds it took."""
        headers = {"x-api-key": self.key}
        if body is not None:
            headers["Content-Type"] = kind
        started = time.monotonic()
        for attempt in (0, 1):
            if self.connection is None:
                self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
            try:
                self.connection.request(method, path, body, headers)
                answer = self.connection.getresponse()
                data = answer.read()
                if answer.getheader("Connection", "").lower() == "close":
                    self.connection.close()
                    self.connection = None
                if answer.status == 503 and not answer.getheader("Retry-After"):
                    return -503, time.monotonic() - started, data
                return answer.status, time.monotonic() - started, data
            except (OSError, http.client.HTTPException):
                # A connection that was kept may be closed meanwhile; a new one must work.
                self.connection.close()
                self.connection = None
                if attempt:
                    return -1, time.monotonic() - started, b""


def memory_and_descriptors(pid):
    with open(f"/proc/{pid}/status") as status:
        memory = next(int(line.split()[1]) for line in status if line.startswith("VmRSS:"))
    return memory / 1024, len(os.listdir(f"/proc/{pid}/fd"))


def load(arguments):
    gallery = Gallery(arguments.likeness, arguments.gallery)
    keys = {}
    for name in ("flood", "other"):
        done = gallery.run("keys", "add", name, "--rights", "write", "--json")
        if done.returncode:
            fail(done.stderr.strip())
        keys[name] = json.loads(done.stdout)["key"]
    port = random.Random().randrange(20000, 30000)
    server = subprocess.Popen(gallery.arguments("serve", "--port", port), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    try:
        watcher = Client(port, keys["other"])
        for _ in range(600):
            if server.poll() is not None:
                fail(server.stderr.read().strip())
            if watcher.ask("GET", "/ready")[0] == 200:
                break
            time.sleep(0.2)
        status, _, data = watcher.ask("GET", "/api/v1/faces?limit=200&embedding=true")
        faces = [face["face"] for face in json.loads(data)["faces"]]
        vector = json.loads(watcher.ask("GET", f"/api/v1/faces/{faces[0]}?embedding=true")[2])["embedding"]
        stop = time.monotonic() + 60 * arguments.minutes
        lock, took, statuses = threading.Lock(), collections.defaultdict(list), collections.Counter()

        def work(number):
            who = "other" if number < max(1, arguments.clients // 16) else "flood"
            client, random_ = Client(port, keys[who]), random.Random(number)
            while time.monotonic() < stop:
                face = random_.choice(faces)
                kind = random_.choices(["search", "nearest", "face", "people", "label", "thumbnail"], [30, 20, 30, 4, 8, 8])[0]
                if kind == "search":
                    moved = [value + random_.gauss(0, 0.02) for value in vector]
                    answer = client.ask("POST", "/api/v1/search", json.dumps({"embedding": moved, "count": 10}))
                elif kind == "nearest":
                    answer = client.ask("POST", "/api/v1/search", json.dumps({"face": face, "count": 10}))
                elif kind == "face":
                    answer = client.ask("GET", f"/api/v1/faces/{face}")
                elif kind == "people":
                    answer = client.ask("GET", "/api/v1/people?limit=20")
                elif kind == "label":
                    answer = client.ask("PATCH", f"/api/v1/faces/{face}", json.dumps({"labels": {"load": str(random_.randrange(10))}}))
                else:
                    answer = client.ask("GET", f"/api/v1/faces/{face}/thumbnail")
                with lock:
                    took[who, kind].append(answer[1])
                    statuses[who, kind, answer[0]] += 1
                if who == "other":
                    time.sleep(0.2)

        threads = [threading.Thread(target=work, args=(number,)) for number in range(arguments.clients)]
        for thread in threads:
            thread.start()
        use = []
        while time.monotonic() < stop:
            use.append(memory_and_descriptors(server.pid))
            time.sleep(min(10, 60 * arguments.minutes / 10))
        for thread in threads:
            thread.join()
        print("| key | question | answers | median | p99 | longest |\n|---|---|---|---|---|---|")
        for who, kind in sorted(took):
            times = sorted(took[who, kind])
            print(f"| {who} | {kind} | {len(times)} | {1000 * statistics.median(times):.0f} ms | {1000 * times[int(0.99 * (len(times) - 1))]:.0f} ms | {1000 * times[-1]:.0f} ms |")
        print("\n| status | answers |\n|---|---|")
        by_status = collections.Counter()
        for (_, kind, status), count in statuses.items():
            by_status[status] += count
        for status in sorted(by_status):
            print(f"| {status} | {by_status[status]} |")
        print("\n| | memory | descriptors |\n|---|---|---|")
        for title, (memory, descriptors) in (("at the beginning", use[0]), ("in the middle", use[len(use) // 2]), ("at the end", use[-1]), ("most", (max(m for m, _ in use), max(d for _, d in use)))):
            print(f"| {title} | {memory:.0f} MB | {descriptors} |")
        allowed = {200, 201, 204, 304, 404, 503}
        bad = {status for status in by_status if status not in allowed}
        if bad:
            print(f"\nFaults: {sorted(bad)}")
        return 1 if bad else 0
    finally:
        server.terminate()
        server.wait(timeout=60)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--likeness", required=True)
    parser.add_argument("--home", required=True)
    commands = parser.add_subparsers(dest="command", required=True)
    for name in ("kills", "faults"):
        command = commands.add_parser(name)
        command.add_argument("count", type=int)
        command.add_argument("people")
    command = commands.add_parser("load")
    command.add_argument("minutes", type=float)
    command.add_argument("gallery")
    command.add_argument("clients", type=int, nargs="?", default=64)
    arguments = parser.parse_args()
    return {"kills": kills, "faults": faults, "load": load}[arguments.command](arguments)


if __name__ == "__main__":
    sys.exit(main())
