#!/usr/bin/env python3
"""Names who is on a still image, such as a doorbell camera's snapshot.

name_visitor.py [--server URL] [--key KEY] IMAGE

IMAGE is a file, or the address of a camera's snapshot. Prints one line of JSON:

    {"text": "Ann and an unknown person", "names": ["Ann"], "unknown": 1, "unclear": 0, "faces": [...]}

Exit codes: 0 answered, also where nobody is on the image; 1 the image or the server cannot be read.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import urllib.error
import urllib.request
from pathlib import Path

# Beside this file where it was copied to, else as it lies in the repository.
sys.path.append(str(Path(__file__).resolve().parent / "../../clients/python/src"))

from likeness_client import Client, ConnectionFailed, LikenessError  # noqa: E402

LARGEST_IMAGE = 64 << 20


def image(place: str) -> bytes:
    """The bytes of a file, or of what an address answers."""
    if place.startswith(("http://", "https://")):
        with urllib.request.urlopen(place, timeout=20) as answer:
            return answer.read(LARGEST_IMAGE)
    return Path(place).read_bytes()


def listed(parts: list[str]) -> str:
    """As in a sentence: a, b and c."""
    return parts[0] if len(parts) == 1 else ", ".join(parts[:-1]) + " and " + parts[-1]


def visitors(client: Client, data: bytes) -> dict:
    """Whose faces are on the image, in words and one by one."""
    try:
        found = client.search(data, count=1)["faces"]
    except LikenessError as error:
        if error.code != "no_face":
            raise
        found = []
    names, unknown, unclear, faces = [], 0, 0, []
    for face in found:
        recognition, matches = face["recognition"], face["matches"]
        best = matches[0] if matches else None
        known = recognition["known"] if recognition else False
        name = None
        if known and best:
            # A person without a name is known as well: as somebody who was here before.
            name = best["name"] or f"person:{best['person']}"
            if name not in names:
                names.append(name)
        elif known is None:
            # Too small, blurred or turned to be judged.
            unclear += 1
        else:
            unknown += 1
        faces.append(
            {
                "name": name,
                "known": known,
                "probability": best["probability"] if best and known else None,
                "box": face["face"]["box"] if face["face"] else None,
            }
        )
    parts = list(names)
    if unknown:
        parts.append("an unknown person" if unknown == 1 else f"{unknown} unknown people")
    if unclear:
        parts.append("a face that cannot be judged" if unclear == 1 else f"{unclear} faces that cannot be judged")
    text = listed(parts) if parts else "nobody"
    return {"text": text, "names": names, "unknown": unknown, "unclear": unclear, "faces": faces}


def main() -> int:
    parser = argparse.ArgumentParser(description="Names who is on a still image.")
    parser.add_argument("image", help="a file, or the address of a camera's snapshot")
    parser.add_argument("--server", default=os.environ.get("LIKENESS_URL", "http://127.0.0.1:8080"))
    parser.add_argument("--key", default=os.environ.get("LIKENESS_KEY"))
    arguments = parser.parse_args()
    try:
        answer = visitors(
            Client(arguments.server, key=arguments.key, timeout=30), image(arguments.image)
        )
    except (ConnectionFailed, LikenessError, OSError, ValueError) as error:
        print(f"name_visitor: {error}", file=sys.stderr)
        return 1
    print(json.dumps(answer, ensure_ascii=False))
    return 0


if __name__ == "__main__":
    sys.exit(main())
