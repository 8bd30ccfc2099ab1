"""Makes the tables of the detection benchmark from a folder of runs.

Usage: detection_table.py FOLDER PHOTOS LABELS ROUNDS. In FOLDER:
  ours.json, ours.csv               what `likeness evaluate detection` answered, and every detection
  all.json, all.csv                 the same from the lowest score on
  NAME.lines                        what a peer found in the same photos, a JSON line a photo
  WxH/ours.ROUND, WxH/NAME.ROUND    times of photos of that size
In the environment: COMMIT, SCORE (of YuNet, from which its detections count), LOWEST (score from which average
precision is taken).
"""

import collections
import csv
import datetime
import json
import os
import statistics
import sys

import detection_matching as matching

SIZES = ["250x250", "1024x768", "4000x3000", "6000x4000"]
NAMES = {"f32": "YuNet f32", "int8bq": "YuNet int8bq"}


def title(peer):
    """A peer as the tables call it, from its file's name, such as f32-640."""
    if peer == "dlib":
        return "dlib-bin 20.0.1 HOG, upsampled once"
    model, side = peer.split("-")
    return f"OpenCV {NAMES[model]}, " + ("original size" if side == "0" else f"longer side {side}")


def order(peer):
    """YuNet by its file and then by size, the original size last; dlib at the end."""
    if peer == "dlib":
        return (2, "", 0)
    model, side = peer.split("-")
    return (1, model, int(side) or 1 << 30)


def processor():
    """The processor's name."""
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        for line in file:
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return "unknown processor"


def lines(path):
    """The objects of a file with one in each line."""
    return [json.loads(line) for line in open(path, encoding="utf-8")]


def peer_boxes(folder, name, photos):
    """A peer's boxes by the photo's path below `photos`."""
    return {
        os.path.relpath(run["photo"], photos): run["boxes"]
        for run in lines(os.path.join(folder, f"{name}.lines"))
    }


def our_boxes(path):
    """The boxes in a CSV file of `likeness evaluate detection --output`, by photo."""
    boxes = collections.defaultdict(list)
    with open(path, encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            boxes[row["photo"]].append(
                [float(row[key]) for key in ("x", "y", "width", "height", "score")]
            )
    return boxes


def check(answer, figures):
    """Stops where the program and this script count differently."""
    widths = answer["widths"]
    pairs = [
        ("labels by width", [row["labels"] for row in widths], figures["labels"]),
        ("found by width", [row["found"] for row in widths], figures["found"]),
        ("others", answer["others"], figures["others"]),
        ("recall", round(answer["recall"], 9), round(figures["recall"], 9)),
        (
            "average precision",
            round(answer["averagePrecision"], 9),
            round(figures["averagePrecision"], 9),
        ),
    ]
    for name, theirs, own in pairs:
        if theirs != own:
            sys.exit(f"the program and the script disagree on {name}: {theirs} and {own}")


def percent(value):
    return "–" if value is None else f"{100 * value:.1f}"


def quality_table(folder, photos, labels_at):
    """Recall by width, others, precision and average precision of all programs."""
    answers = {name: json.load(open(os.path.join(folder, f"{name}.json"))) for name in ("ours", "all")}
    peers = sorted(
        (name[: -len(".lines")] for name in os.listdir(folder) if name.endswith(".lines")), key=order
    )
    sizes = {
        os.path.relpath(run["photo"], photos): (run["width"], run["height"])
        for run in lines(os.path.join(folder, f"{peers[0]}.lines"))
    }
    labels = matching.labels_of(sorted(sizes), labels_at, sizes)
    rows = []
    counted = {}
    for name, answer in answers.items():
        counted[name] = matching.figures(labels, our_boxes(os.path.join(folder, f"{name}.csv")))
        check(answer, counted[name])
    rows.append(("Likeness", counted["ours"], counted["all"]["averagePrecision"]))
    score = float(os.environ["SCORE"])
    for peer in peers:
        boxes = peer_boxes(folder, peer, photos)
        every = matching.figures(labels, boxes)
        least = 0 if peer == "dlib" else score
        sure = {photo: [box for box in found if box[4] >= least] for photo, found in boxes.items()}
        rows.append((title(peer), matching.figures(labels, sure), every["averagePrecision"]))

    first = counted["ours"]
    print(
        f"{len(labels)} photos, {sum(first['labels'])} labelled faces of 8 px and more. Recall in percent by "
        "the width of the label (of the square of its area). A face counts as found where the middles lie within "
        "0.4 widths and the widths are as 0.5 to 1.9; others are detections that match no label, some of them "
        f"faces that nobody labelled. Likeness with its default settings, YuNet from a score of {score:g}, dlib "
        f"from 0; AP is the average precision of all detections from a score of {os.environ['LOWEST']} "
        "(dlib from −0.5); Likeness drops finds with too little support whatever their score, so its curve ends earlier. "
        "The program's own figures and this table's are counted by two implementations "
        "and are equal.\n"
    )
    edges = [f"{low}–{high}" for low, high in zip(matching.EDGES[:-2], matching.EDGES[1:-1])]
    print("| | " + " | ".join(edges + ["> 600", "all", "others", "precision", "AP"]) + " |")
    print("|---" * 12 + "|")
    print("| labels | " + " | ".join(str(count) for count in first["labels"] + [sum(first["labels"])]) + " | | | |")
    for name, figures, average in rows:
        cells = [
            percent(found / count if count else None)
            for found, count in zip(figures["found"], figures["labels"])
        ]
        cells += [
            percent(figures["recall"]), str(figures["others"]), percent(figures["precision"]),
            f"{average:.3f}",
        ]
        print(f"| {name} | " + " | ".join(cells) + " |")


def time_table(folder, rounds):
    """Milliseconds a photo for decoding and detecting, by size."""
    print(
        f"\nMilliseconds a photo, decode + detect, medians of the photos and of {rounds} rounds in turn; in "
        "brackets how many times as long as Likeness in the same round. OpenCV decodes with `imread`, the peers' "
        "resizing counts as detecting. Photos of the two larger sizes are enlarged ones and sixteen side by side, "
        "in turn; of them dlib was shown one, once.\n"
    )
    names = sorted(
        {name.rsplit(".", 1)[0] for size in SIZES for name in os.listdir(os.path.join(folder, size))}
        - {"ours"},
        key=order,
    )
    times = collections.defaultdict(dict)
    counts = {}
    for size in SIZES:
        def path(name, number):
            return os.path.join(folder, size, f"{name}.{number + 1}")

        ours = [json.load(open(path("ours", number)))["timings"][0] for number in range(rounds)]
        counts[size] = ours[0]["photos"]
        times["ours"][size] = [[run["decode"], run["detect"]] for run in ours]
        for name in names:
            runs = [
                lines(path(name, number))
                for number in range(rounds)
                if os.path.exists(path(name, number))
            ]
            if runs:
                times[name][size] = [
                    [
                        1000 * statistics.median(photo[stage] for photo in run)
                        for stage in ("decode", "detect")
                    ]
                    for run in runs
                ]
    print("| | " + " | ".join(size.replace("x", " × ") for size in SIZES) + " |")
    print("|---" * (len(SIZES) + 1) + "|")
    print("| photos | " + " | ".join(str(counts[size]) for size in SIZES) + " |")
    for name in ["ours"] + names:
        cells = []
        for size in SIZES:
            if size not in times[name]:
                cells.append("–")
                continue
            runs = times[name][size]
            decode, detect = (statistics.median(run[stage] for run in runs) for stage in (0, 1))
            cell = f"{decode:.1f} + {detect:.1f} = {decode + detect:.1f}"
            if name != "ours":
                # Round by round, as the machine is not always as fast.
                ratios = [sum(run) / sum(own) for run, own in zip(runs, times["ours"][size])]
                cell += f" ({statistics.median(ratios):.2f} ×)"
            cells.append(cell)
        print(f"| {'Likeness' if name == 'ours' else title(name)} | " + " | ".join(cells) + " |")


def main():
    """Prints the page."""
    folder, photos, labels_at, rounds = sys.argv[1:5]
    print("# Detection\n")
    print(
        f"{datetime.date.today()}, commit {os.environ['COMMIT']}, {processor()}, {os.cpu_count()} processors. "
        f"All programs in one run on the same photos, one thread on one processor each; "
        f"OpenCV {os.environ['OPENCV']}.\n"
    )
    quality_table(folder, photos, labels_at)
    time_table(folder, int(rounds))


if __name__ == "__main__":
    main()
