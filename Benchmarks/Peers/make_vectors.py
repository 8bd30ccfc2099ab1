"""Draws the vectors of the search benchmark: many people, made to be spread as LFW's are.

LFW has 13,000 photos, too few to tell indexes apart. So people are drawn from the Gaussian with the mean
and covariance of LFW's embeddings, and ten photos of each are the person plus 0.4 of another draw of
that Gaussian around zero. A query is a further photo of one of them. Beside the vectors lies the truth:
the 100 nearest of every query by squared L2.
With --real the vectors are the embeddings themselves, and every seventh is a query.
Usage: make_vectors.py EMBEDDINGS.npy FOLDER [--count N] [--queries N] [--seed N] [--real]
"""

import argparse
import hashlib
import json
import os
import sys

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(variable, "2")

import numpy

PHOTOS, SPREAD, NEAREST = 10, 0.4, 100


def draw(embeddings, count, queries, seed):
    """The base in shuffled order, and the queries."""
    embeddings = embeddings.astype(numpy.float64)
    mean = embeddings.mean(axis=0)
    # Cholesky has one answer; eigenvectors may come with either sign and draw other vectors.
    root = numpy.linalg.cholesky(numpy.cov(embeddings, rowvar=False)).T
    random = numpy.random.default_rng(seed)

    def normal(rows):
        return random.standard_normal((rows, len(mean))) @ root

    people = mean + normal(count // PHOTOS)
    places = random.permutation(count)
    base = numpy.empty((count, len(mean)), numpy.float32)
    # A part at a time: a million rows of doubles would be a gigabyte.
    for first in range(0, len(people), 1000):
        photos = numpy.repeat(people[first : first + 1000], PHOTOS, axis=0)
        rows = places[first * PHOTOS : first * PHOTOS + len(photos)]
        base[rows] = photos + SPREAD * normal(len(photos))
    asked = people[random.integers(len(people), size=queries)]
    return base, (asked + SPREAD * normal(queries)).astype(numpy.float32)


def truth(base, queries):
    """The nearest rows, nearest first; of equally near ones the lower row first.

    Products in f32 choose twice as many candidates as needed, differences in f64 put them in order:
    the f32 distances of near rows may be wrong in their last digits.
    """
    nearest = numpy.empty((len(queries), NEAREST), numpy.int32)
    center = base.mean(axis=0, dtype=numpy.float64).astype(numpy.float32)
    # Around their center the rows are shorter, and less is lost when products are subtracted.
    lengths = numpy.empty(len(base), numpy.float32)
    step = 50_000
    for first in range(0, len(base), step):
        part = base[first : first + step] - center
        lengths[first : first + step] = numpy.einsum("ij,ij->i", part, part)
    for begin in range(0, len(queries), 50):
        block = queries[begin : begin + 50]
        distances = numpy.empty((len(block), len(base)), numpy.float32)
        for first in range(0, len(base), step):
            part = base[first : first + step] - center
            distances[:, first : first + step] = (center - block) @ part.T
        distances *= 2
        distances += lengths
        for row, query in enumerate(block):
            found = numpy.argpartition(distances[row], 2 * NEAREST)[: 2 * NEAREST]
            found.sort()
            apart = base[found].astype(numpy.float64) - query
            order = numpy.argsort(numpy.einsum("ij,ij->i", apart, apart), kind="stable")
            nearest[begin + row] = found[order[:NEAREST]]
    return nearest


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("embeddings")
    parser.add_argument("folder")
    parser.add_argument("--count", type=int, default=200_000)
    parser.add_argument("--queries", type=int, default=2_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--real", action="store_true")
    asked = parser.parse_args()
    if not asked.real and (asked.count % PHOTOS or asked.count <= 2 * NEAREST):
        sys.exit(f"--count: a multiple of {PHOTOS} above {2 * NEAREST}")
    with open(asked.embeddings, "rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    embeddings = numpy.load(asked.embeddings)
    is_query = numpy.arange(len(embeddings)) % 7 == 0
    if asked.real:
        asked.count, asked.queries = int((~is_query).sum()), int(is_query.sum())
    recipe = {
        "embeddings": digest, "count": asked.count, "queries": asked.queries, "seed": asked.seed,
        "photos": PHOTOS, "spread": SPREAD, "nearest": NEAREST, "version": 1, "real": asked.real,
    }
    note = os.path.join(asked.folder, "recipe.json")
    if os.path.exists(note) and json.load(open(note, encoding="utf-8")) == recipe:
        return
    os.makedirs(asked.folder, exist_ok=True)
    if os.path.exists(note):
        os.remove(note)
    if asked.real:
        base, queries = (embeddings[mask].astype(numpy.float32) for mask in (~is_query, is_query))
    else:
        base, queries = draw(embeddings, asked.count, asked.queries, asked.seed)
    numpy.save(os.path.join(asked.folder, "base.npy"), base)
    numpy.save(os.path.join(asked.folder, "queries.npy"), queries)
    numpy.save(os.path.join(asked.folder, "truth.npy"), truth(base, queries))
    # The note comes last: a run that was cut short is begun anew.
    with open(note, "w", encoding="utf-8") as file:
        json.dump(recipe, file, indent=1)


main()
