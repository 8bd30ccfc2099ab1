"""Makes a Google Takeout of photos of known people, with names in lists only, imports it, and counts whose names are right.

Some photos are put beside others, as group photos; some lists lack a name or have one too many. The truth of a face is the person of the
photo that it lies in, if it is the largest face there; other faces are strangers, and are wrong if they are named.
"""

import argparse
import hashlib
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from PIL import Image, ImageOps

SIDE = 640
ENDINGS = {".jpg", ".jpeg", ".png", ".webp"}


def photos(folder):
    """(person, path) of each photo, each content once."""
    seen = set()
    for place in sorted(path for path in folder.iterdir() if path.is_dir()):
        for path in sorted(place.rglob("*")):
            if path.suffix.lower() not in ENDINGS:
                continue
            digest = hashlib.sha256(path.read_bytes()).digest()
            if digest not in seen:
                seen.add(digest)
                yield place.name, path


def opened(path):
    image = ImageOps.exif_transpose(Image.open(path)).convert("RGB")
    image.thumbnail((SIDE, SIDE))
    return image


def make(people, target, options, chance):
    """Writes the photos with their lists. Returns of each photo's name the edges of its parts and their people."""
    target.mkdir(parents=True)
    left, truth = list(people), {}
    chance.shuffle(left)
    everybody = sorted({person for person, _ in left})
    while left:
        parts, names = [], set()
        wanted = 1
        while wanted < 5 and chance.random() < options.group:
            wanted += 1
        for place in range(len(left) - 1, -1, -1):
            if len(parts) == wanted:
                break
            if left[place][0] not in names:
                person, path = left.pop(place)
                try:
                    parts.append((person, opened(path)))
                    names.add(person)
                except OSError as error:
                    print(f"{path}: {error}", file=sys.stderr)
        if not parts:
            continue
        title = f"IMG_{len(truth):05}.jpg"
        canvas = Image.new("RGB", (sum(part.width for _, part in parts), max(part.height for _, part in parts)))
        edges, x = [], 0
        for person, part in parts:
            canvas.paste(part, (x, 0))
            edges.append((x, x + part.width, person))
            x += part.width
        canvas.save(target / title, quality=92)
        listed = [person for person in sorted(names) if chance.random() >= options.unlisted]
        others = [person for person in everybody if person not in names]
        if others and chance.random() < options.absent:
            listed.append(chance.choice(others))
        truth[title] = (edges, set(listed))
        sidecar = {"title": title, "people": [{"name": person} for person in listed]}
        (target / f"{title}.supplemental-metadata.json").write_text(json.dumps(sidecar))
    return truth


def compare(faces, truth):
    """Counts of what became of faces: those of listed people, and all others."""
    count = dict.fromkeys(("right", "wrong", "unsure", "strangers", "strangers named"), 0)
    largest = {}
    for face in faces:
        title = Path(face["photo"]).name
        if title not in truth or face["doubtful"]:
            continue
        box = face["box"]
        middle = box["x"] + box["width"] / 2
        place = next((part for part in truth[title][0] if part[0] <= middle < part[1]), None)
        if place is None:
            continue
        key = (title, place)
        if key not in largest or box["width"] > largest[key]["box"]["width"]:
            largest[key] = face
    own = {face["face"]: (title, place[2]) for (title, place), face in largest.items()}
    for face in faces:
        title = Path(face["photo"]).name
        if title not in truth or face["doubtful"]:
            continue
        name = face.get("name")
        person = own.get(face["face"], (title, None))[1]
        if person in truth[title][1]:
            count["right" if name == person else "wrong" if name else "unsure"] += 1
        else:
            count["strangers"] += 1
            # Somebody who is not listed may still be named by the faces that look alike.
            if name and name != person:
                count["strangers named"] += 1
    return count


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("people", type=Path)
    parser.add_argument("--group", type=float, default=0.3, help="how likely a photo has one person more (default 0.3)")
    parser.add_argument("--unlisted", type=float, default=0.05, help="how likely a person is not listed (default 0.05)")
    parser.add_argument("--absent", type=float, default=0.05, help="how likely somebody is listed who is not there (default 0.05)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--sureness", type=float, default=0.9)
    options = parser.parse_args()
    program = os.environ["LIKENESS"]
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        truth = make(list(photos(options.people)), folder / "Takeout", options, random.Random(options.seed))
        gallery = str(folder / "gallery")
        started = time.monotonic()
        imported = subprocess.run(
            [program, "import", "takeout", str(folder / "Takeout"), "--gallery", gallery, "--json", "--quiet",
             "--sureness", str(options.sureness)], stdout=subprocess.PIPE, check=True)
        seconds = time.monotonic() - started
        listed = subprocess.run(
            [program, "list", "faces", "--gallery", gallery, "--json"], stdout=subprocess.PIPE, check=True)
    summary = json.loads(imported.stdout)
    count = compare(json.loads(listed.stdout), truth)
    wanted = count["right"] + count["wrong"] + count["unsure"]
    print(f"{len(truth)} photos, {wanted} faces of listed people, {count['strangers']} other faces, {seconds:.0f} s")
    for key in ("right", "wrong", "unsure"):
        print(f"{key:7} {count[key]:6}  {count[key] / max(1, wanted):.2%}")
    print(f"other faces named as somebody else: {count['strangers named']}")
    print(f"the program: {summary['named']} named, {len(summary['unsure'])} not sure")


if __name__ == "__main__":
    main()
