"""scale_table.py FACES FIGURES: what bench-scale measured, as Markdown."""

import os
import statistics
import subprocess
import sys

faces, path = int(sys.argv[1]), sys.argv[2]
lines = [line.split() for line in open(path)]
commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True).stdout.strip()


def median(kind, client, which, column):
    return statistics.median(float(line[3 + column]) for line in lines if line[:3] == [kind, client, which])


print("# A gallery on a server, beside Milvus' own client\n")
print(
    f"`make bench-scale` at {commit}: milvus-lite 3.2.2 and pymilvus 3.0.2 on one machine of {os.cpu_count()} cores, which\n"
    "server and clients share; medians of three rounds in turns, of nine where questions are asked, each on an empty server. A photo has one face, a\n"
    "thumbnail of 4 kB and a name; both clients write the same rows in the same portions of 200 photos. Likeness looks up\n"
    "besides whether photos and numbers are there already.\n"
)
print(f"## {faces:,} faces come in\n\n| workers | Likeness, faces a second | pymilvus | ratio |\n|---|---|---|---|")
for count in ("1", "2"):
    own, other = (faces / median("add", client, count, 0) for client in ("likeness", "pymilvus"))
    print(f"| {count} | {own:,.0f} | {other:,.0f} | {own / other:.2f} |")
print("\n## The ten nearest, one question after the other\n")
print("| of | Likeness p50 | p99 | pymilvus p50 | p99 | p50, ratio |\n|---|---|---|---|---|---|")
for which, text in (("all", "all faces"), ("filtered", "the faces of 20 names")):
    own, other = ([median("search", client, which, column) for column in (0, 1)] for client in ("likeness", "pymilvus"))
    print(
        f"| {text} | {own[0]:.2f} ms | {own[1]:.2f} ms | {other[0]:.2f} ms | {other[1]:.2f} ms | {own[0] / other[0]:.2f} |"
    )
copies = [line[1:] for line in lines if line[0] == "copy"]
if copies:
    print("\n## A copy and its answers\n")
    for way, (photos, count, people, seconds) in zip(("to the server", "back into a folder"), copies):
        print(f"- {way}: {int(photos):,} photos, {int(count):,} faces, {int(people):,} people, all compared, in {float(seconds):.0f} s")
kinds = {"server": "from the server", "back": "from the copy of the copy", "killed": "after the killing"}
for which, text in kinds.items():
    own = [line[2:] for line in lines if line[:2] == ["same", which]]
    if not own:
        continue
    if which == "killed":
        print("\n## Killed twenty times\n")
        already, added, photos, count, true_photos, true_count = [line[1:] for line in lines if line[0] == "killed"][0]
        print(
            f"Two workers add {int(true_photos):,} photos, each with its part; one of them or the server is killed twenty times and\n"
            f"started again. Then {int(photos):,} photos and {int(count):,} faces are there (added in peace to a folder: {int(true_photos):,}\n"
            f"and {int(true_count):,}), and adding all of them once more adds {int(added)}.\n"
        )
    print(f"- the same {text}: " + ", ".join(f"{kind} {same} of {every}" for kind, same, every in own))
