"""What every command takes on a large gallery, as Scripts/bench-large says."""

import argparse
import json
import os
import platform
import random
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path


class Run:
    """One run of the program: seconds, seconds of processors, bytes at the peak, and how it ended."""

    def __init__(self, words, folder):
        output, errors = folder / "output", folder / "errors"
        with open(output, "wb") as out, open(errors, "wb") as err:
            began = time.monotonic()
            process = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=out, stderr=err)
            _, status, used = os.wait4(process.pid, 0)
            self.wall = time.monotonic() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        self.processor = used.ru_utime + used.ru_stime
        # Linux counts kilobytes, macOS bytes.
        self.peak = used.ru_maxrss * (1 if sys.platform == "darwin" else 1024)
        self.code = process.returncode
        self.output = output
        lines = errors.read_text(errors="replace").splitlines()
        self.error = lines[-1] if lines and self.code else ""

    def json(self):
        return json.loads(self.output.read_text())


class Table:
    def __init__(self, likeness, place, folder):
        self.likeness, self.place, self.folder = likeness, place, folder
        self.rows = []

    def run(self, title, *words, at=True, again=0):
        """Runs a command and keeps its row; `again` times more for a second row, of which the median counts."""
        arguments = [self.likeness, *map(str, words)] + (["--gallery", self.place] if at else [])
        print(title, file=sys.stderr, flush=True)
        first = Run(arguments, self.folder)
        self.rows.append((title, "first" if again else "", first))
        if again and not first.code:
            others = sorted((Run(arguments, self.folder) for _ in range(again)), key=lambda run: run.wall)
            self.rows.append(("", "again", others[len(others) // 2]))
        return first

    def text(self):
        lines = ["| command | | wall, s | processors, s | peak, MB |", "|---|---|---|---|---|"]
        for title, when, run in self.rows:
            failed = f" (exit code {run.code}: {run.error})" if run.code else ""
            name = f"`{title}`" if title else ""
            lines.append(
                f"| {name} | {when}{failed} | {run.wall:.2f} | {run.processor:.2f} | {run.peak / 1e6:.0f} |")
        return "\n".join(lines)


def measure(likeness, photo, place, faces, like, folder, is_server):
    """All commands on one gallery that is made for them."""
    table = Table(likeness, place, folder)
    spread = ["--like", like] if like else []
    made = table.run(f"bench gallery --faces {faces}", "bench", "gallery", "--faces", faces, *spread, place,
                     "--quiet", at=False)
    if made.code:
        sys.exit(f"bench-large: {made.error}")
    table.run("search PHOTO", "search", photo, again=5)
    listed = table.run("list names --json", "list", "names", "--json")
    names = [name["name"] for name in sorted(listed.json(), key=lambda name: -name["faces"])]
    somebody = names[0]
    table.run("info", "info", again=3)
    for metric in ("l2", "cosine", "l1"):
        table.run(f"nearest NAME --metric {metric}", "nearest", somebody, "--metric", metric, again=3)
    table.run("nearest NAME, of few photos", "nearest", names[-1], again=3)
    table.run("verify NAME NAME", "verify", somebody, names[1], again=3)
    table.run("people", "people", "--json", again=1)
    with tempfile.TemporaryDirectory() as other:
        few = Path(other) / "few"
        # They lie as the others do, and are others.
        added = Run([likeness, "bench", "gallery", "--faces", "115", "--seed", "2", *spread, str(few), "--quiet"],
                    folder)
        if not added.code:
            table.run("gallery copy, of 100 photos more", "gallery", "copy", few, place, "--quiet", at=False)
            table.run("people, after these", "people", "--json", again=1)
            table.run("search PHOTO, after these", "search", photo, again=3)
    table.run("graph build", "graph", "build", "--quiet", again=1)
    table.run("same NAME", "same", somebody, "--json", again=1)
    table.run("graph export", "graph", "export", "--format", "graphml", "--output", folder / "graph.graphml")
    table.run("map", "map", "--output", folder / "map.html", "--quiet", again=1)
    table.run("report", "report", "--output", folder / "report.html")
    table.run("list faces --json", "list", "faces", "--json")
    for form in ("json", "jsonl", "csv", "npy"):
        table.run(f"export --format {form}", "export", "--format", form, "--output", folder / f"faces.{form}")
    table.run("export --format csv --pca 3", "export", "--format", "csv", "--pca", 3, "--output", folder / "pca.csv")
    if not is_server:
        table.run("gallery check", "gallery", "check", "--json")
        table.run("gallery backup", "gallery", "backup", folder / "backup", "--quiet")
    random.seed(1)
    going = random.sample(names, min(len(names) // 2, max(1, faces * 3 // 200)))
    (folder / "going").write_text("\n".join(going) + "\n")
    table.run(f"remove --from, {len(going)} names, --dry-run", "remove", "--from", folder / "going", "--dry-run",
              "--json")
    table.run(f"remove --from, {len(going)} names", "remove", "--from", folder / "going", "--json")
    table.run("search PHOTO, after these", "search", photo, again=3)
    return table


class Server:
    """milvus-lite, over a folder of its own."""

    def __init__(self, folder):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        with open(folder / "milvus.log", "wb") as log:
            self.process = subprocess.Popen(
                ["Scripts/milvus-lite", "server", "--data-dir", str(folder / "milvus"), "--host", "127.0.0.1",
                 "--port", str(self.port), "--max-workers", "1"], stdout=log, stderr=log)
        for _ in range(600):
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return
            except OSError:
                time.sleep(0.1)
        self.stop()
        sys.exit("bench-large: milvus-lite does not start")

    def stop(self):
        self.process.kill()
        self.process.wait()


def main():
    parser = argparse.ArgumentParser(prog="bench-large")
    parser.add_argument("likeness")
    parser.add_argument("photo")
    parser.add_argument("faces", nargs="*", type=int, default=[])
    parser.add_argument("--like")
    parser.add_argument("--milvus", action="store_true")
    options = parser.parse_args()
    sizes = options.faces or [10_000, 120_000]
    if min(sizes) < 1_000:
        parser.error("FACES are 1000 at least")

    parts = []
    for faces in sizes:
        folder = Path(tempfile.mkdtemp(prefix="bench-large-"))
        try:
            print(f"{faces} faces in a folder", file=sys.stderr, flush=True)
            table = measure(
                options.likeness, options.photo, str(folder / "gallery"), faces, options.like, folder, False)
            parts.append(f"## {faces:,} faces, in a folder\n\n{table.text()}\n")
        finally:
            shutil.rmtree(folder, ignore_errors=True)
    if options.milvus:
        folder = Path(tempfile.mkdtemp(prefix="bench-large-"))
        server = Server(folder)
        try:
            faces = max(sizes)
            print(f"{faces} faces on milvus-lite", file=sys.stderr, flush=True)
            place = f"milvus://127.0.0.1:{server.port}/large"
            table = measure(options.likeness, options.photo, place, faces, options.like, folder, True)
            parts.append(f"## {faces:,} faces, on milvus-lite\n\nThe server's own time and memory are not counted.\n\n"
                         f"{table.text()}\n")
        finally:
            server.stop()
            shutil.rmtree(folder, ignore_errors=True)

    model = next((line.split(":", 1)[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")),
                 platform.processor()) if sys.platform == "linux" else platform.processor()
    print(f"# Large galleries\n\n{model}, {len(os.sched_getaffinity(0)) if hasattr(os, 'sched_getaffinity') else os.cpu_count()} "
          f"processors, commit {os.environ.get('COMMIT', '?')}. Made by `make bench-large`; galleries by `likeness bench "
          f"gallery`{', like a real one' if options.like else ''}.\n\n"
          "*First* is the first run on a new gallery, which may make what is kept of it; *again* is the median of further "
          "ones. Memory is the largest resident set, mapped files included.\n")
    print("\n".join(parts))


if __name__ == "__main__":
    main()
