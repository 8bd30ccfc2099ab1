"""Makes the tables of the atlas benchmark from what the programs printed.

Usage: atlas_table.py SECTION.json... with one JSON object a line. In the environment: COMMIT.
"""

import datetime
import json
import os
import re
import sys


def table(header, rows):
    print("| " + " | ".join(header) + " |")
    print("|---" * len(header) + "|")
    for row in rows:
        print("| " + " | ".join(row) + " |")
    print()


def heading():
    cpu = open("/proc/cpuinfo", encoding="utf-8").read()
    model = re.search(r"model name\s*: (.*)", cpu)
    print("# The atlas\n")
    print(
        f"{datetime.date.today()}, commit {os.environ.get('COMMIT', '?')}, "
        f"{model.group(1) if model else 'unknown processor'}, {os.cpu_count()} processors, two threads. "
        "Other work may have run on this machine beside it: the times of one section are to be compared "
        "with each other only, and threads that wait for each other, as OpenMP's do, suffer more from it.\n"
    )


def tsne_rows(lines):
    quality = {line["system"]: line for line in lines if line["kind"] == "quality"}
    runs = [line for line in lines if line["kind"] == "tsne"]
    peers = [line["seconds"] for line in runs if line["system"] != "Likeness"]
    rows = []
    for line in runs:
        found = quality.get(f"{line['system'].split()[0]}, {line['setting']}", {})
        share = f"{line['seconds'] / min(peers):.2f}" if peers else "–"
        trust = found.get("trustworthiness")
        rows.append([
            line["system"], line["setting"], f"{line['seconds']:.1f}", share,
            f"{line['processorSeconds']:.1f}" if "processorSeconds" in line else "–",
            f"{line['searchSeconds']:.1f}" if "searchSeconds" in line else "",
            f"{line['bytes'] / 1e6:,.0f}", f"{line['divergence']:.3f}",
            f"{found['divergence']:.3f}" if found else "–", f"{trust:.4f}" if trust else "–",
        ])
    return rows


def tsne(lines, title, count):
    print(f"## {title}\n")
    print(
        f"{count:,} vectors of 128 numbers, perplexity 30, two dimensions, with the search for neighbours. "
        "Memory is what the peak of the process grew by. KL is the Kullback–Leibler divergence, once as "
        "each system says, once exact and for all by the same code and the same P; trustworthiness is of "
        "ten neighbours, of the first 4,000.\n"
    )
    table(
        ["", "gradient", "seconds", "of openTSNE's faster", "processor seconds", "of the seconds, neighbours", "memory, MB",
         "KL, own", "KL, exact", "trustworthiness(10)"],
        tsne_rows(lines),
    )


def pca(lines):
    runs = [line for line in lines if line["kind"] == "pca"]
    if not runs:
        return
    print("## PCA\n")
    reference = runs[-1]["variances"]
    table(
        ["", "seconds", "largest difference of a variance, relative to the largest"],
        [
            [
                line["system"], f"{line['seconds']:.3f}",
                f"{max(abs(a - b) for a, b in zip(line['variances'], reference)) / reference[0]:.1e}",
            ]
            for line in runs
        ],
    )


def people(lines):
    print("## People, LFW\n")
    print(
        f"{lines[0]['count']:,} faces, one of each photo. B-cubed precision, recall and F; the search for "
        "neighbours is in the seconds. Only the first row knows no threshold: of the others each is "
        "shown at the best of those tried, and at the ones beside it.\n"
    )
    groups = {}
    for line in lines:
        key = (line["system"], re.sub(r" [\d.]+$", "", line["setting"]))
        groups.setdefault(key, []).append(line)
    rows = []
    for runs in groups.values():
        best = max(range(len(runs)), key=lambda place: runs[place]["f"])
        for line in runs[max(0, best - 1):best + 2]:
            rows.append([
                line["system"], line["setting"], f"{line['precision']:.4f}", f"{line['recall']:.4f}",
                f"{line['f']:.4f}", f"{line['clusters']:,}", f"{line['seconds']:.1f}",
            ])
    table(["", "algorithm and threshold", "precision", "recall", "F", "clusters", "seconds"], rows)


sections = {}
for path in sys.argv[1:]:
    with open(path, encoding="utf-8") as file:
        for line in map(json.loads, file):
            sections.setdefault(line["section"], []).append(line)
heading()
for name, lines in sections.items():
    count = next((line["count"] for line in lines if line["kind"] == "tsne"), 0)
    if name == "projection":
        pca(lines)
        tsne(lines, "t-SNE, LFW", count)
        print("![The map](atlas.png)\n")
    elif name == "many":
        tsne(lines, "t-SNE, generated points", count)
    elif name == "people":
        people(lines)
