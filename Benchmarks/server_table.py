"""server_table.py INPROCESS WRK FACES BEFORE MIDDLE AFTER: the figures of bench-server as a page. Memory in KB."""
import os
import sys
from pathlib import Path

inprocess, wrk, faces, *memory = sys.argv[1:]
alone = {}
for line in Path(inprocess).read_text().splitlines():
    name, *figures = line.split()
    alone[name] = [float(figure) for figure in figures]
served: dict[tuple[str, int], list[float]] = {}
connections = None
for line in Path(wrk).read_text().splitlines():
    words = line.split()
    if line.strip().endswith("connections"):
        connections = int(words[-2])
    if words[:1] == ["FIGURES"]:
        served[words[1], connections] = [float(word) for word in words[2:]]

titles = {
    "embedding": "search by embedding",
    "photo-small": "search by photo, 200 × 250", "photo-large": "search by photo, 910 × 1137",
    "verify-small": "verify two photos, 200 × 250", "verify-large": "verify two photos, 910 × 1137",
}
print(f"""# The server, beside the same work without one

`make bench-server` at {os.environ["COMMIT"]}: a gallery of {int(faces):,} made-up faces, one core for the server
and another for wrk, loopback, answers of ten matches. p50 and p99 in milliseconds.

| question | in-process p50 | server p50 | p99 | its own cost | 8 connections: p50 | p99 | a second | in-process a second | errors |
|---|---|---|---|---|---|---|---|---|---|""")
for name, title in titles.items():
    own, one, eight = alone[name], served[name, 1], served[name, 8]
    print(
        f"| {title} | {own[0]:.2f} | {one[0]:.2f} | {one[1]:.2f} | {(one[0] / own[0] - 1) * 100:+.0f} % | "
        f"{eight[0]:.2f} | {eight[1]:.2f} | {eight[2]:.1f} | {own[2]:.1f} | {int(one[4] + eight[4])} |")
before, middle, after = (int(figure) / 1024 for figure in memory)
print(f"""
Resident memory: {before:.0f} MB after the first seconds, {middle:.0f} MB after the table's questions, {after:.0f} MB after
{int(served["embedding", 4][3]):,} more searches by embedding and {int(served["photo-small", 4][3]):,} by photo.""")
