"""Counts detections against labels, by the rules of `likeness evaluate detection`, for every program alike.

A second implementation, on purpose: the benchmark compares its figures for Likeness with those of the program itself.
"""

import math
import os
import xml.etree.ElementTree

# Widths of labels in pixels: recall is counted from each to the next.
EDGES = [8, 16, 24, 40, 80, 200, 600, math.inf]


class Label:
    """A labelled face: x, y, width, height in pixels; one that is ignored is neither missed nor false."""

    def __init__(self, x, y, width, height, ignored=False):
        self.x, self.y, self.width, self.height = x, y, width, height
        self.size = math.sqrt(max(0.0, width) * max(0.0, height))
        self.ignored = ignored or not self.size >= EDGES[0]


def yolo_labels(path, width, height):
    """The labels of a YOLO file: class, middle, width, height, each a part of the photo's."""
    labels = []
    with open(path, encoding="utf-8") as file:
        for line in file:
            fields = line.split()
            if fields:
                x, y, w, h = (float(field) for field in fields[1:5])
                labels.append(
                    Label((x - w / 2) * width, (y - h / 2) * height, w * width, h * height)
                )
    return labels


def voc_labels(path, width, height):
    """The labels of a Pascal VOC file, scaled from the size that it names to the photo's."""
    root = xml.etree.ElementTree.parse(path).getroot()
    size = [float(root.findtext(f"size/{side}") or 0) for side in ("width", "height")]
    across, down = (width / size[0], height / size[1]) if min(size) > 0 else (1, 1)
    labels = []
    for item in root.iter("object"):
        left, top, right, bottom = (
            float(item.findtext(f"bndbox/{side}")) for side in ("xmin", "ymin", "xmax", "ymax")
        )
        labels.append(
            Label(
                left * across, top * down, (right - left) * across, (bottom - top) * down,
                (item.findtext("difficult") or "0").strip() == "1",
            )
        )
    return labels


def wider_labels(path):
    """The labels of a list as WIDER FACE's, by the photo's path."""
    lines = open(path, encoding="utf-8").read().split("\n")
    photos, at = {}, 0
    while at < len(lines) and lines[at].strip():
        name, count = lines[at].strip(), int(lines[at + 1])
        rows = [[int(field) for field in line.split()] for line in lines[at + 2 : at + 2 + count]]
        photos[name] = [Label(*row[:4], ignored=row[7] == 1) for row in rows]
        at += 2 + max(1, count)
    return photos


def labels_of(photos, folder, sizes):
    """The labels of each photo that has some, by its path below the photos' folder.

    `folder` holds YOLO or VOC files at the photos' own paths, or is WIDER FACE's list. `sizes` are the photos' widths
    and heights.
    """
    if os.path.isfile(folder):
        listed = wider_labels(folder)
        return {photo: listed[photo] for photo in photos if photo in listed}
    found = {}
    for photo in photos:
        stem = os.path.join(folder, os.path.splitext(photo)[0])
        if photo not in sizes:
            continue
        if os.path.exists(stem + ".txt"):
            found[photo] = yolo_labels(stem + ".txt", *sizes[photo])
        elif os.path.exists(stem + ".xml"):
            found[photo] = voc_labels(stem + ".xml", *sizes[photo])
    return found


def fit(label, box):
    """How far a detection's middle lies from the label's, in widths of the label; None where it does not match."""
    x, y, width, height = box[:4]
    size = math.sqrt(max(0.0, width) * max(0.0, height))
    distance = math.hypot(
        x + width / 2 - label.x - label.width / 2, y + height / 2 - label.y - label.height / 2
    )
    if label.size > 0 and distance <= 0.4 * label.size and 0.5 * label.size <= size <= 1.9 * label.size:
        return distance / label.size
    return None


def match(labels, boxes):
    """For each box (x, y, width, height, score): the number of its label, -1 where it has none, None where ignored."""
    taken, outcomes = set(), [-1] * len(boxes)
    for index in sorted(range(len(boxes)), key=lambda index: (-boxes[index][4], index)):
        fits = [(fit(label, boxes[index]), number) for number, label in enumerate(labels)]
        fits = [(distance, number) for distance, number in fits if distance is not None]
        free = [
            pair for pair in fits if pair[1] not in taken and not labels[pair[1]].ignored
        ]
        if free:
            outcomes[index] = min(free)[1]
            taken.add(outcomes[index])
        elif any(labels[number].ignored for _, number in fits):
            outcomes[index] = None
    return outcomes


def average_precision(scored, labels):
    """The area under the interpolated precision-recall curve (PASCAL VOC 2010 and later).

    `scored` holds a score and whether it found a label for each detection that counts; `labels` is how many there are.
    """
    points, found, seen = [], 0, 0
    scored = sorted(scored, reverse=True)
    for index, (score, is_found) in enumerate(scored):
        seen += 1
        found += is_found
        # Detections of one score come in or stay out together.
        if index + 1 == len(scored) or scored[index + 1][0] != score:
            points.append((found / labels, found / seen))
    area, best = 0.0, 0.0
    for index in range(len(points) - 1, -1, -1):
        best = max(best, points[index][1])
        area += best * (points[index][0] - (points[index - 1][0] if index else 0.0))
    return area


def figures(labels, boxes):
    """What a program's boxes by photo come to: labels and recall by width, others, precision, average precision."""
    counts = [[0, 0] for _ in EDGES[:-1]]
    scored = []
    for photo, faces in labels.items():
        def row(label):
            return next(i for i in range(len(counts)) if EDGES[i] <= label.size < EDGES[i + 1])

        for label in faces:
            if not label.ignored:
                counts[row(label)][0] += 1
        found = boxes.get(photo, [])
        for box, outcome in zip(found, match(faces, found)):
            if outcome is None:
                continue
            scored.append((box[4], outcome >= 0))
            if outcome >= 0:
                counts[row(faces[outcome])][1] += 1
    total = sum(count for count, _ in counts)
    matched = sum(found for _, found in counts)
    return {
        "labels": [count for count, _ in counts],
        "found": [found for _, found in counts],
        "recall": matched / total if total else None,
        "others": len(scored) - matched,
        "precision": matched / len(scored) if scored else None,
        "averagePrecision": average_precision(scored, total) if total else None,
    }
