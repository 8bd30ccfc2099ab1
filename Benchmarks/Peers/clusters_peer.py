"""Clusters by dlib's Chinese whispers and scikit-learn's average linkage, at several thresholds: a line of
JSON each with the time and B-cubed precision, recall and F.

Usage: clusters_peer.py VECTORS.npy NAMES.txt
"""

import json
import os
import sys
import time

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[variable] = "2"

import dlib
import numpy
import sklearn
from sklearn.cluster import AgglomerativeClustering

vectors = numpy.load(sys.argv[1])
names = open(sys.argv[2], encoding="utf-8").read().splitlines()
persons = numpy.unique(names, return_inverse=True)[1]


def tell(system, setting, seconds, labels):
    labels = numpy.unique(labels, return_inverse=True)[1]
    pairs, place, both = numpy.unique(
        labels.astype(numpy.int64) * (persons.max() + 1) + persons, return_inverse=True,
        return_counts=True)
    precision = (both[place] / numpy.bincount(labels)[labels]).mean()
    recall = (both[place] / numpy.bincount(persons)[persons]).mean()
    print(json.dumps({
        "system": system, "kind": "clusters", "setting": setting, "seconds": seconds,
        "precision": precision, "recall": recall, "f": 2 * precision * recall / (precision + recall),
        "clusters": int(labels.max()) + 1, "count": len(labels),
    }), flush=True)


points = [dlib.vector(row) for row in vectors.astype(float)]
for threshold in (0.425, 0.45, 0.475):
    started = time.perf_counter()
    labels = dlib.chinese_whispers_clustering(points, threshold)
    tell(f"dlib {dlib.__version__}", f"Chinese whispers {threshold}", time.perf_counter() - started, labels)

unit = vectors / numpy.linalg.norm(vectors, axis=1, keepdims=True)
for threshold in (0.055, 0.06, 0.065):
    started = time.perf_counter()
    model = AgglomerativeClustering(
        n_clusters=None, distance_threshold=threshold, metric="cosine", linkage="average")
    labels = model.fit_predict(unit)
    tell(f"scikit-learn {sklearn.__version__}", f"average linkage {threshold}",
         time.perf_counter() - started, labels)
