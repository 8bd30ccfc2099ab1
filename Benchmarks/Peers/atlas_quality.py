"""How good pictures are, all by one and the same code: a line of JSON for each.

The Kullback–Leibler divergence is exact: P of perplexity 30 by openTSNE from exact neighbours, Q over all
pairs in double precision. Trustworthiness is scikit-learn's, of ten neighbours.
Usage: atlas_quality.py VECTORS.npy [--trust N] NAME=POINTS.npy...
"""

import argparse
import json
import os

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(variable, "2")

import numpy
from openTSNE.affinity import PerplexityBasedNN
from sklearn.manifold import trustworthiness

parser = argparse.ArgumentParser()
parser.add_argument("vectors")
parser.add_argument("pictures", nargs="+")
parser.add_argument("--trust", type=int, default=4000, help="of the first N alone; 0 for none")
parser.add_argument("--approximate", action="store_true", help="neighbours, for there are too many")
asked = parser.parse_args()

vectors = numpy.load(asked.vectors)
P = PerplexityBasedNN(
    vectors, perplexity=30, method="approx" if asked.approximate else "exact", n_jobs=2,
    random_state=1,
).P.tocoo()


def divergence(points):
    points = points.astype(numpy.float64)
    lengths = (points**2).sum(axis=1)
    total = -float(len(points))
    for first in range(0, len(points), 200):
        block = points[first : first + 200]
        squared = lengths[first : first + 200, None] + lengths - 2 * block @ points.T
        total += (1 / (1 + numpy.maximum(squared, 0))).sum()
    squared = ((points[P.row] - points[P.col]) ** 2).sum(axis=1)
    p = P.data / P.data.sum()
    return float((p * (numpy.log(p) + numpy.log1p(squared))).sum() + numpy.log(total))


for picture in asked.pictures:
    name, path = picture.split("=", 1)
    points = numpy.load(path)
    line = {"system": name, "kind": "quality", "divergence": divergence(points)}
    if asked.trust:
        line["trustworthiness"] = float(
            trustworthiness(vectors[: asked.trust], points[: asked.trust], n_neighbors=10)
        )
    print(json.dumps(line), flush=True)
