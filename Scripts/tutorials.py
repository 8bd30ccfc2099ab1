#!/usr/bin/env python3
"""Does every step of the five tutorials twice, with Likeness and in Python, and prints both as a table.

Python's side is what the texts use: dlib's detector, landmarks and network for similar faces, scikit-learn for the pictures, and
numpy for what they compute by themselves.
"""

import argparse
import csv
import json
import os
import re
import struct
import subprocess
import tempfile
from pathlib import Path

import dlib
import numpy as np
import onnxruntime
from PIL import Image
from sklearn.decomposition import PCA
from sklearn.manifold import TSNE
from sklearn.preprocessing import StandardScaler

parser = argparse.ArgumentParser(description=__doc__)
for name in ("likeness", "models", "samples", "jaffe"):
    parser.add_argument(f"--{name}", required=True)
parser.add_argument("--text")
options = parser.parse_args()
work = Path(tempfile.mkdtemp())
samples = Path(options.samples)
models = Path(options.models)


def likeness(*arguments, quiet=False):
    run = subprocess.run(
        [options.likeness, *map(str, arguments)], capture_output=True, text=True, cwd=work)
    if run.returncode and not quiet:
        raise SystemExit(f"likeness {' '.join(map(str, arguments))}: {run.stderr.strip()}")
    return run.stdout


def answer(*arguments):
    return json.loads(likeness(*arguments, "--json"))


def row(step, command, here, there, remark=""):
    print(f"| {step} | `{command}` | {here} | {there} | {remark} |", flush=True)


def section(title):
    print(f"\n**{title}**\n\n| step | command | here | Python | |\n|---|---|---|---|---|", flush=True)


def number(value, digits=4):
    return f"{value:.{digits}f}"


# Similar faces, and which celebrity

section("Similar faces, and which celebrity I look like")
detector = dlib.get_frontal_face_detector()
shapes = dlib.shape_predictor(
    str(models / "dlib-landmarks-5/shape_predictor_5_face_landmarks.dat"))
network = dlib.face_recognition_model_v1(
    str(models / "dlib-face-recognition-resnet-v1/dlib_face_recognition_resnet_model_v1.dat"))
photos = {path.stem: path for path in sorted(samples.iterdir()) if path.suffix in (".jpg", ".png")}
images = {name: np.array(Image.open(path).convert("RGB")) for name, path in photos.items()}
found = {name: detector(image, 1) for name, image in images.items()}
dictionary = {
    name: np.array(network.compute_face_descriptor(images[name], shapes(images[name], boxes[0]), 1))
    for name, boxes in found.items() if boxes}

detected = answer("detect", "--model", "dlib", *photos.values())
boxes = {Path(entry["photo"]).stem: entry["faces"] for entry in detected}
row("faces of a photo", "detect", f"{sum(1 for b in boxes.values() if b)} of {len(photos)} photos",
    f"{sum(1 for b in found.values() if b)} of {len(photos)}", "YuNet here, dlib's HOG there")


def rectangle(face):
    box = face["box"]
    return tuple(box[key] for key in ("x", "y", "width", "height"))


def overlap(box, other):
    x, y, w, h = box
    left, top = max(x, other.left()), max(y, other.top())
    right, bottom = min(x + w, other.right()), min(y + h, other.bottom())
    both = max(0, right - left) * max(0, bottom - top)
    return both / (w * h + other.width() * other.height() - both)


obama = boxes["obama"][0]
row("`face_locations`", "detect obama.jpg", " ".join(f"{v:.0f}" for v in rectangle(obama)),
    f"{found['obama'][0].left()} {found['obama'][0].top()} {found['obama'][0].width()} {found['obama'][0].height()}",
    f"another detector; their boxes share {overlap(rectangle(obama), found['obama'][0]):.0%} (x, y, width, height)")

files = answer("crop", "--box", "--model", "dlib", "-o", "boxes", *photos.values())
worst = 0
for entry in files:
    name = Path(entry["photo"]).stem
    for file, face in zip(entry["files"], boxes[name]):
        crop = np.array(Image.open(work / file).convert("RGB")).astype(int)
        x, y, w, h = rectangle(face)
        x, y, w, h = map(round, (x, y, w, h))
        top, bottom = max(0, y), min(images[name].shape[0], y + h)
        left, right = max(0, x), min(images[name].shape[1], x + w)
        cut = images[name][top:bottom, left:right].astype(int)
        assert crop.shape == cut.shape, (name, crop.shape, cut.shape)
        worst = max(worst, np.abs(crop - cut).max())
row("`image[top:bottom, left:right]`", "crop --box", f"{sum(len(e['files']) for e in files)} pictures",
    f"largest difference {worst} of 255", "the same box and photo" + ("" if worst == 0 else "; two decoders of JPEG"))

likeness("add", samples, "--model", "dlib", "--gallery", "faces.db", "--quiet")
export = json.loads(likeness("export", "--format", "json", "--gallery", "faces.db"))
faces = export["faces"] if isinstance(export, dict) else export
first = {}
for face in faces:
    first.setdefault(Path(face["photo"]["path"] if isinstance(face["photo"], dict) else face["photo"]).stem,
                     np.array(face["embedding"]))
row("`embedding_dict`", "add PHOTOS, export", f"{len(first)} names, {len(first['obama'])} numbers each",
    f"{len(dictionary)} names, {len(dictionary['obama'])} numbers")
both = sorted(set(first) & set(dictionary))
gap = max(np.linalg.norm(first[name] - dictionary[name]) for name in both)
row("`face_encodings`", "embed --model dlib", "", f"at most {gap:.3f} apart",
    "the same network (equal to 1e-4 on equal chips, in the tests) on chips of two detectors")

if options.text:
    lines = Path(options.text).read_text()
    vectors = {}
    for name in "ABC":
        text = re.search(rf"^{name} = np\.array\((\[.*?\])\)", lines, re.M | re.S).group(1)
        vectors[name] = np.array(json.loads(text))
        (work / f"{name}.json").write_text(json.dumps(vectors[name].tolist()))
    for pair in ("AC", "BC"):
        a, b = pair
        here = answer("distance", f"{a}.json", f"{b}.json")
        row(f"{a} and {b} as printed: L2, L1", f"distance {a}.json {b}.json", f"{here['l2']:.4f}, {here['l1']:.4f}",
            f"{np.linalg.norm(vectors[a] - vectors[b]):.4f}, {np.abs(vectors[a] - vectors[b]).sum():.4f}")
(work / "x.json").write_text("[1, 2, 3, 4, 5]")
(work / "y.json").write_text("[2, 3, 4, 5, 6]")
here = answer("distance", "x.json", "y.json")
row("`x`, `y`: L1, L2", "distance x.json y.json", f"{here['l1']:.4f}, {here['l2']:.4f}",
    f"{np.linalg.norm(np.ones(5), 1):.4f}, {np.linalg.norm(np.ones(5)):.4f}")
for pair in (("obama", "biden"), ("obama", "obama2")):
    here = answer("distance", *pair, "--gallery", "faces.db")
    row(f"`get_distance('{pair[0]}', '{pair[1]}')`", f"distance {pair[0]} {pair[1]}", number(here["l2"]),
        number(np.linalg.norm(dictionary[pair[0]] - dictionary[pair[1]])),
        f"on its own embeddings; on those of the gallery Python has {np.linalg.norm(first[pair[0]] - first[pair[1]]):.4f}")
nearest = answer("nearest", "obama", "--gallery", "faces.db")
ranking = [(match["name"], match["distance"]) for match in nearest["results"]]
expected = sorted(((n, np.linalg.norm(first["obama"] - v)) for n, v in first.items() if n != "obama"),
                  key=lambda entry: entry[1])[:len(ranking)]
same = [a[0] == b[0] and abs(a[1] - b[1]) < 1e-5 for a, b in zip(ranking, expected)]
row("`get_nearest_face('obama')`", "nearest obama", ", ".join(f"{n} {d:.4f}" for n, d in ranking[:2]),
    ", ".join(f"{n} {d:.4f}" for n, d in expected[:2]), f"{sum(same)} of {len(same)} ranks equal")

# The pictures, on more faces than the samples are

likeness("add", options.jaffe, "--model", "dlib", "--label-pattern", "jaffe", "--gallery", "jaffe.db", "--quiet")
likeness("export", "--format", "npy", "-o", "jaffe.npy", "--gallery", "jaffe.db")
embeddings = np.load(work / "jaffe.npy").astype(np.float64)
likeness("map", "--method", "pca", "--dims", 10, "--standardize", "-o", "pca.npy", "--gallery", "jaffe.db", "--quiet")
components = np.load(work / "pca.npy").astype(np.float64)
scaled = StandardScaler().fit_transform(embeddings)
expected = PCA(n_components=10, svd_solver="full").fit_transform(scaled)
signs = np.sign((components * expected).sum(0))
error = np.abs(components * signs - expected).max() / np.abs(expected).max()
row("`StandardScaler`, `PCA(n_components=10)`", "map --method pca --dims 10 --standardize",
    "×".join(map(str, components.shape)), f"largest difference {error:.0e} of the largest value",
    "up to the sign of a component, which nothing decides; the text scales the transposed table, each face instead of each number")
likeness("export", "--pca", 10, "--standardize", "--format", "npy", "-o", "pca2.npy", "--gallery", "jaffe.db")
row("", "export --pca 10 --standardize",
    f"largest difference to the map {np.abs(np.load(work / 'pca2.npy') - components).max():.0e}", "")


def divergence(points, perplexity=40):
    """The Kullback-Leibler divergence of a layout, with neighbours by scikit-learn's own calibration."""
    from sklearn.manifold import _t_sne
    from sklearn.metrics import pairwise_distances
    p = _t_sne._joint_probabilities(
        pairwise_distances(embeddings, squared=True).astype(np.float32), perplexity, 0)
    value, _ = _t_sne._kl_divergence(points.ravel().astype(np.float64), p, 1, len(points), 2)
    return value


likeness("map", "--method", "tsne", "--perplexity", 40, "--iterations", 300, "--again", "-o", "tsne.npy",
         "--gallery", "jaffe.db", "--quiet")
here = divergence(np.load(work / "tsne.npy"))
there = divergence(
    TSNE(n_components=2, perplexity=40, max_iter=300, random_state=1).fit_transform(embeddings))
row("`TSNE(n_components=2, perplexity=40, n_iter=300)`", "map --perplexity 40 --iterations 300",
    f"divergence {here:.3f}", f"divergence {there:.3f}", "by the same measure; smaller is better")
likeness("map", "--format", "projector", "-o", "projector", "--gallery", "jaffe.db", "--quiet")
with open(work / "projector/metadata.tsv") as file:
    columns = next(csv.reader(file, delimiter="\t"))
row("Embedding Projector", "map --format projector", ", ".join(sorted(p.name for p in (work / "projector").iterdir())), "",
    f"{len(columns)} columns, {len(set(columns))} of them different")

# The graph

section("Faces in a graph database")
for limit in (0.3, 0.6):
    likeness("graph", "build", "--distance", limit, "--metric", "l2", "--gallery", "jaffe.db", "--quiet")
    likeness("graph", "export", "--format", "json", "-o", "graph.json", "--gallery", "jaffe.db", "--quiet")
    graph = json.loads((work / "graph.json").read_text())
    links = [link for link in graph["links"] if "distance" in link]
    distances = np.linalg.norm(embeddings[:, None] - embeddings[None], axis=2)
    pairs = np.argwhere(np.triu(distances < limit, 1))
    expected = {tuple(pair): distances[tuple(pair)] for pair in pairs}
    here = sorted(link["distance"] for link in links)
    there = sorted(expected.values())
    gap = max((abs(a - b) for a, b in zip(here, there)), default=0)
    row(f"`WHERE distance < {limit}`", f"graph build --distance {limit} --metric l2", f"{len(links)} links",
        f"{len(there)} pairs", f"largest difference of a distance {gap:.0e}")
row("`MERGE (p1)-[e:SAME]-(p2)`", "graph export --format cypher", "Examples/graph-database", "",
    "loaded into FalkorDB by the tests; the same links from its own query")

# Person and expression

section("This person with that expression")


def norm(array):
    scale = lambda x: (x - x.min()) / x.max()
    return np.array([scale(r) for r in array]) if array.ndim > 1 else scale(array)


def l2norm(array):
    array = np.array(array)
    array[array < 0] = 0
    unit = lambda x: x / np.linalg.norm(x)
    return np.array([unit(r) for r in array]) if array.ndim > 1 else unit(array)


def text_score(vectors, names, values):
    """The text's evaluation, over all cells instead of a hundred by lot."""
    features = l2norm(norm(vectors))
    term = lambda chosen: l2norm(np.median(features[chosen], axis=0))
    cells = sorted(set(zip(names, values)))
    names, values = np.array(names), np.array(values)
    right = 0
    for name, value in cells:
        query = l2norm(term(names == name) + term(values == value))
        best = np.argmin(np.linalg.norm(features - query, axis=1))
        right += names[best] == name and values[best] == value
    return right / len(cells)


def labelled(folder):
    first = {}
    for path in sorted(Path(folder).rglob("*.*")):
        match = re.match(r"([A-Z]+)\.([A-Z]+)(\d+)(\.\d+)?\.\w+$", path.name)
        if match:
            key = match.group(1), match.group(2)
            if key not in first or int(match.group(3)) < first[key][0]:
                first[key] = int(match.group(3)), path
    return {key: path for key, (_, path) in first.items()}


cells = labelled(options.jaffe)
names, values = [k[0] for k in cells], [k[1] for k in cells]
row("`groupby(['face', 'name']).head(1)`", "train --first-of-each", f"{len(cells)} photos", f"{len(cells)} photos")
likeness("train", options.jaffe, "--recipe", "mercari", "--epochs", 0, "--out", "untrained", "--name", "untrained", "--quiet")
model = next((models / "untrained").glob("*.onnx"))
session = onnxruntime.InferenceSession(str(model))


def pixels(path):
    return np.array(Image.open(path).convert("RGB").resize((256, 256), Image.BILINEAR), dtype=np.uint8)


vectors = np.concatenate([
    session.run(None, {session.get_inputs()[0].name: pixels(path)[None]})[0] for path in cells.values()])
there = text_score(vectors, names, values)
here = answer("evaluate", "algebra", options.jaffe, "--label-pattern", "jaffe", "--model", "untrained", "--whole",
              "--protocol", "a", "--recipe", "mercari", "--quiet")["score"]
row("features, `norm`, `l2norm`, medians, nearest", "evaluate algebra --whole --protocol a --recipe mercari", number(here, 2),
    number(there, 2), f"a network that learnt nothing: {len(cells)} cells, the published protocol")

# One-shot

section("One-shot learning")
distance = np.linalg.norm(first["obama"] - first["biden"])
for limit in (0.6, 1.0):
    verdict = answer("verify", "obama", "biden", "--threshold", limit, "--metric", "l2", "--gallery", "faces.db")
    row(f"D(x1, x2) ≤ {limit}", f"verify obama biden --threshold {limit}", "same" if verdict["same"] else "different",
        "same" if distance <= limit else "different")
likeness("train", options.jaffe, "--loss", "siamese", "--hidden", "32", "--heads", "person", "--crop", "whole", "--size", 64,
         "--width", 0.35, "--epochs", 2, "--out", "twins", "--name", "twins", "--quiet")
home = models / "twins"
head = next(home.glob("*.safetensors")).read_bytes()
length = struct.unpack("<Q", head[:8])[0]
layout = json.loads(head[8:8 + length])
tensors = {
    name: np.frombuffer(head[8 + length:][slice(*entry["data_offsets"])], "<f4").reshape(entry["shape"])
    for name, entry in layout.items() if name != "__metadata__"}
(a, b) = (json.loads(likeness("embed", "--model", "twins", photos[name], "--largest"))[0]["faces"][0]["embedding"]
          for name in ("obama", "biden"))
a, b = np.array(a), np.array(b)
for name, vector in (("a", a), ("b", b)):
    (work / f"{name}.json").write_text(json.dumps(vector.tolist()))
value = np.abs(a / np.linalg.norm(a) - b / np.linalg.norm(b))
value = np.maximum(0, tensors["hidden.0.weight"] @ value + tensors["hidden.0.bias"])
there = 1 / (1 + np.exp(-(tensors["dense.weight"] @ value + tensors["dense.bias"])[0]))
here = answer("verify", photos["obama"], photos["biden"], "--model", "twins", "--head", "twins")["probability"]
row("L1 → hidden → sigmoid", "train --loss siamese --hidden 32; verify --head", number(here), number(there),
    "the same weights; two epochs, to compare and not to use")

# Where the texts are not followed

section("What the texts' code does, and this does not")
for step, command, here, there, reason in (
    ("`eval()` is never called", "evaluate algebra", "running means and variances", "means and variances of the batch",
     "an answer would depend on which photos are asked about together"),
    ("three passes of the network a step", "train --loss triplet", "one pass of 3n chips", "three of n chips",
     "the same gradients, but for batch normalisation, which sees all three together"),
    ("the positive may be the anchor itself", "train --miner", "another photo", "any photo of the person",
     "a photo's distance to itself is nought and teaches nothing"),
    ("`ColorJitter` draws the order of its steps", "train --recipe mercari", "brightness, contrast, saturation", "by lot",
     "the same ranges"),
):
    row(step, command, here, there, reason)
