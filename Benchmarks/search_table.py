"""Makes the tables and the picture of the search benchmark from what the programs printed.

Usage: search_table.py RESULT_FILES... with one JSON object a line; the same measurement in several files
is several rounds, of which the median counts. In the environment: COMMIT, VECTORS (the folder of the
vectors, for their number) and PLOT (where the picture goes, without its ending; none if not set).
"""

import collections
import datetime
import json
import os
import re
import statistics
import sys

PEER, OURS = "FAISS HNSW", "Likeness HNSW"
EXACT = ("Likeness exact", "FAISS flat")
RECALLS = (0.9, 0.95, 0.99, 0.995, 0.999)


def read(paths):
    """What was measured: every build and every point, over the rounds."""
    lines = []
    for path in paths:
        with open(path, encoding="utf-8") as file:
            lines += [json.loads(line) for line in file if line.strip()]
    settings = collections.defaultdict(list)
    for line in lines:
        if line["setting"] not in settings[line["system"]]:
            settings[line["system"]].append(line["setting"])
    rounds = collections.defaultdict(list)
    for line in lines:
        several = len(settings[line["system"]]) > 1 and line["system"] not in EXACT
        label = line["system"] + (f", {line['setting']}" if several else "")
        key = (line["kind"], label, line["setting"], line.get("parameter"), line.get("form"))
        rounds[key].append(line | {"label": label})
    measured = []
    for same in rounds.values():
        numbers = [
            name for name, value in same[0].items()
            if isinstance(value, (int, float)) and name != "threads"
        ]
        middle = {name: statistics.median(line[name] for line in same) for name in numbers}
        every = [line["qps"] for line in same if "qps" in line]
        measured.append(same[0] | middle | {"rounds": every})
    # Ours first, then the peer it is measured by, then the others as they came.
    measured.sort(key=lambda line: (line["system"] != OURS, line["system"] != PEER))
    builds = {line["label"]: line for line in measured if line["kind"] == "build"}
    points = collections.defaultdict(list)
    for line in measured:
        if line["kind"] == "search":
            points[line["label"]].append(line)
    churn = [line for line in measured if line["kind"] == "churn"]
    return builds, dict(points), churn, max(len(same) for same in rounds.values())


def fastest(points, recall):
    """No line is drawn between points: only what was measured counts."""
    return max((point["qps"] for point in points if point["recall"] >= recall), default=None)


def round_ratios(ours, theirs, recall):
    """Ours against theirs round by round: their spread tells what a ratio is worth."""
    ours, theirs = (
        [max(speeds) for speeds in zip(*(p["rounds"] for p in points if p["recall"] >= recall))]
        for points in (ours, theirs)
    )
    ratios = [mine / other for mine, other in zip(ours, theirs)]
    if not ratios:
        return "–"
    spread = f" ({min(ratios):.2f} to {max(ratios):.2f})" if len(ratios) > 1 else ""
    return f"**{statistics.median(ratios):.2f} ×**{spread}"


def ratio(ours, theirs):
    return f"{ours / theirs:.2f} ×" if ours and theirs else "–"


def table(header, rows):
    print("| " + " | ".join(header) + " |")
    print("|---" * len(header) + "|")
    for row in rows:
        print("| " + " | ".join(row) + " |")
    print()


def heading(rounds):
    cpu = open("/proc/cpuinfo", encoding="utf-8").read()
    model = re.search(r"model name\s*: (.*)", cpu)
    flags = set(re.search(r"(?:flags|Features)\s*: (.*)", cpu).group(1).split())
    known = ["avx2", "avx512f", "avx512_vnni", "avx512_bf16", "amx_bf16", "asimd", "bf16"]
    print("# The nearest of many\n")
    print(
        f"{datetime.date.today()}, commit {os.environ.get('COMMIT', '?')}, "
        f"{model.group(1) if model else 'unknown processor'}, {os.cpu_count()} processors "
        f"({', '.join(flag for flag in known if flag in flags)}). "
        + (f"{rounds} rounds in turn, medians." if rounds > 1 else "One round.")
    )
    if "VECTORS" in os.environ:
        recipe = json.load(open(os.path.join(os.environ["VECTORS"], "recipe.json"), encoding="utf-8"))
        kind = (
            "LFW's embeddings" if recipe.get("real") else "drawn as LFW's are spread, ten to a person"
        )
        print(
            f"{recipe['count']:,} vectors of 128 numbers, {kind}; {recipe['queries']:,} queries, ten "
            "nearest by L2."
        )
    print(
        "Recall is the share of the ten nearest that was found. Queries a second are of one thread on "
        "one processor, the median of three times all queries; a point of the sweep counts as "
        "measured, nothing is interpolated.\n"
    )


def build_table(builds):
    if not builds:
        return
    peer = builds.get(PEER)
    rows = []
    for label, line in builds.items():
        cells = [label, line["version"], line["setting"], str(line["threads"])]
        for name, unit, digits in (("seconds", 1, 1), ("bytes", 1e6, 0)):
            value = line.get(name)
            cells.append("–" if value is None else f"{value / unit:,.{digits}f}")
            cells.append(ratio(value, peer.get(name)) if peer else "–")
        stored = line.get("indexBytes")
        rows.append(cells + [f"{stored / 1e6:,.0f}" if stored else "–"])
    print("## Build\n")
    print(
        "Memory is what the process grew by, with the index's own copy of the vectors; of ours without the "
        "whole vectors, which stay in the index's file: the system maps their pages as they are looked at "
        "and may drop them.\n"
    )
    against = f"of {PEER}'s"
    table(
        ["", "version", "setting", "threads", "seconds", against, "memory, MB", against, "as a file, MB"],
        rows,
    )
    for label, line in builds.items():
        if "mappedVectorBytes" in line:
            print(
                f"{label}: {line['mappedVectorBytes'] / 1e6:,.0f} MB of whole vectors were mapped after all "
                f"searches; opening the file and answering the first query took "
                f"{line['openSeconds'] * 1000:,.0f} ms.\n"
            )


def recall_table(points, rounds):
    print("## Queries a second at a recall\n")
    print(
        "The fastest measured point that reaches the recall. Ratios are of the same round; in brackets "
        "the lowest and the highest.\n" if rounds > 1
        else "The fastest measured point that reaches the recall.\n"
    )
    labels = [label for label in points if label not in EXACT]
    ours = [label for label in labels if label.startswith(OURS)]
    against = [f"{label} against {PEER}" for label in ours if PEER in points]
    rows = []
    for recall in RECALLS:
        speeds = {label: fastest(points[label], recall) for label in labels}
        cells = [f"{speeds[label]:,.0f}" if speeds[label] else "–" for label in labels]
        cells += [round_ratios(points[label], points[PEER], recall) for label in ours if against]
        rows.append([f"≥ {recall}"] + cells)
    table(["recall"] + labels + against, rows)


def exact_table(points):
    found = [point for label in EXACT for point in points.get(label, [])]
    if not found:
        return
    peers = {point["form"]: point["qps"] for point in points.get("FAISS flat", [])}
    rows = []
    for point in found:
        what = ", ".join(filter(None, (point["setting"], point.get("parameter"))))
        speed, peer = point["qps"], peers.get(point["form"])
        rows.append([
            point["system"], point["version"], what, point["form"], f"{point['recall']:.5f}",
            f"{speed:,.1f}", ratio(speed, peer),
        ])
    print("## Exact search\n")
    header = ["", "version", "setting", "queries", "recall", "queries a second", "of FAISS flat's"]
    table(header, rows)


def churn_table(measured):
    if not measured:
        return
    print("## After removals\n")
    speeds = measured[0]
    print(
        "Every tenth vector was removed and inserted again, five times over, by one thread: "
        f"{speeds['removalsPerSecond']:,.0f} removals and {speeds['insertionsPerSecond']:,.0f} insertions a "
        "second. The vectors are then the same as before, half of them with new links.\n"
    )
    table(
        [measured[0]["label"], "recall, fresh", "recall, after", "points"],
        [
            [line["parameter"], f"{line['fresh']:.5f}", f"{line['after']:.5f}",
             f"{100 * (line['after'] - line['fresh']):+.2f}"]
            for line in measured
        ],
    )


def point_tables(points):
    print("## Every point\n")
    for label, line in points.items():
        if label in EXACT:
            continue
        print(f"{label} {line[0]['version']} ({line[0]['setting']}; {line[0]['form']})\n")
        forms = {point["form"] for point in line}
        rows = [
            [
                point["parameter"] + (f", {point['form']}" if len(forms) > 1 else ""),
                f"{point['recall']:.5f}", f"{point['qps']:,.0f}",
            ]
            for point in line
        ]
        table(["", "recall", "queries a second"], rows)


builds, points, churn, rounds = read(sys.argv[1:])
heading(rounds)
if "PLOT" in os.environ:
    import search_plot

    search_plot.draw(points, OURS, EXACT, os.environ["PLOT"])
    name = os.path.basename(os.environ["PLOT"])
    print(f"![Recall and queries a second of every system]({name}.svg)\n")
recall_table(points, rounds)
build_table(builds)
exact_table(points)
churn_table(churn)
point_tables(points)
