"""fit-confidence OUTPUT.swift SET...: fits how sure it is that a find is a face.

A SET is KIND:EVIDENCE[:LABELS]. EVIDENCE is what `face-evidence` wrote of a set of photos, each find examined. KIND is
  faces    LABELS is a folder of YOLO or VOC files of the photos' names; a find is a face where a label says so
  portraits  one face each: the find nearest the middle is a face, others say nothing
  none     photos without people: no find is a face

What is not labelled in a crowd is often a face all the same, so such finds count little. The result is two logistic
regressions (scikit-learn, L2): for finds that are too small to be recognised, and for all others.
"""
import glob, json, os, sys
import xml.etree.ElementTree as ET
import numpy as np
from sklearn.linear_model import LogisticRegression

SMALL = 24.0  # FaceConfidence.smallest


def labels(folder, row):
    stem = os.path.splitext(os.path.basename(row["photo"]))[0]
    if folder not in labels.files:
        found = glob.glob(os.path.join(folder, "**", "*.*"), recursive=True)
        labels.files[folder] = {os.path.splitext(os.path.basename(f))[0]: f for f in found}
    path = labels.files[folder].get(stem)
    if path is None:
        return None
    boxes = []
    if path.endswith(".xml"):
        for item in ET.parse(path).getroot().iter("bndbox"):
            x, y, right, bottom = (float(item.find(k).text) for k in ("xmin", "ymin", "xmax", "ymax"))
            boxes.append((x, y, right - x, bottom - y))
    else:
        for line in open(path):
            _, x, y, w, h = (float(v) for v in line.split()[:5])
            boxes.append(((x - w / 2) * row["width"], (y - h / 2) * row["height"],
                          w * row["width"], h * row["height"]))
    return np.array(boxes).reshape(-1, 4)


labels.files = {}


def is_face(finds, boxes):
    """As `likeness evaluate detection` counts: the best find first, a label once."""
    width = np.sqrt(boxes[:, 2] * boxes[:, 3])
    middle = boxes[:, :2] + boxes[:, 2:] / 2
    free = np.ones(len(boxes), bool)
    result = []
    for find in finds:
        x, y, w, h = find["box"]
        size = np.sqrt(w * h)
        away = np.hypot(middle[:, 0] - x - w / 2, middle[:, 1] - y - h / 2)
        fits = free & (away < 0.4 * width) & (size > 0.5 * width) & (size < 1.9 * width)
        if fits.any():
            free[np.where(fits)[0][np.argmin(away[fits] / width[fits])]] = False
        result.append(bool(fits.any()))
    return result


def read(argument):
    kind, evidence, *folder = argument.split(":")
    rows = []
    for line in open(evidence):
        photo = json.loads(line)
        finds = sorted(photo["faces"], key=lambda f: -f["score"])
        if not finds:
            continue
        if kind == "faces":
            boxes = labels(folder[0], photo)
            if boxes is None:
                continue
            marks = is_face(finds, boxes)
        elif kind == "portraits":
            away = [abs(f["box"][0] + f["box"][2] / 2 - photo["width"] / 2)
                    + abs(f["box"][1] + f["box"][3] / 2 - photo["height"] / 2) for f in finds]
            finds, marks = [finds[int(np.argmin(away))]], [True]
        else:
            marks = [False] * len(finds)
        for find, mark in zip(finds, marks):
            weight = {("faces", True): 1, ("faces", False): 0.2, ("portraits", True): 0.5}.get((kind, mark), 1)
            rows.append((find, mark, weight))
    return rows


def fit(rows, features, strength):
    values = np.array([features(find) for find, _, _ in rows])
    marks = np.array([mark for _, mark, _ in rows])
    weights = np.array([weight for _, _, weight in rows])
    spread = values.std(0) + 1e-6
    model = LogisticRegression(C=strength, max_iter=5000)
    model.fit(values / spread, marks, sample_weight=weights)
    return [float(model.intercept_[0]), *(model.coef_[0] / spread)]


def width(find):
    return float(np.sqrt(find["box"][2] * find["box"][3]))


def scores(find):
    size = np.log2(min(128.0, max(8.0, width(find))) / 32)
    return [find["score"], find["agreement"], size, max(0.0, find["close"])]


def appearance(find):
    values = np.array(find["appearance"] if len(find["appearance"]) == 128 else [0.0] * 128) / 10
    return scores(find) + [float(np.linalg.norm(values)), *values]


def swift(name, values):
    lines, line = [], "   "
    for value in values:
        text = f" {value:.4f},"
        if len(line) + len(text) > 98:
            lines.append(line)
            line = "   "
        line += text
    return f"  static let {name}: [Double] = [\n" + "\n".join(lines + [line]) + "\n  ]\n"


def main():
    output, *sets = sys.argv[1:]
    rows = [row for argument in sets for row in read(argument)]
    small = [row for row in rows if width(row[0]) < SMALL * 1.2]
    large = [row for row in rows if width(row[0]) >= SMALL / 1.2]
    with open(output, "w") as file:
        file.write("// Written by Scripts/fit-confidence.py.\n\nextension FaceConfidence {\n"
                   "  /// Intercept, score, agreement, doublings of 32 pixels, score of the second look.\n"
                   + swift("smallWeights", fit(small, scores, 1.0))
                   + "  /// The same, then the length of the embedding and its 128 numbers, in tens.\n"
                   + swift("weights", fit(large, appearance, 0.03)) + "}\n")
    print(f"{len(small)} small finds, {len(large)} others, {sum(mark for _, mark, _ in rows)} faces")


main()
