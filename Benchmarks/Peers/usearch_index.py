"""Times USearch with f32 and with i8. Usage: usearch_index.py FOLDER f32|i8

Left to itself, USearch makes i8 of f32 by stretching each vector to length 127, and so loses the lengths,
which L2 needs. So it gets i8 already: centered, and all numbers times one factor, which takes the
largest to 127. Of the 100 nearest of 200,000, exact search then finds 98 and not 75.
"""

import sys

import search_peer as peer

import numpy
import usearch
from usearch.index import Index

CONNECTIVITY, EXPANSION = 16, 200


def times(kind, base, queries, truth):
    name = (
        f"USearch {kind}", usearch.__version__,
        f"connectivity {CONNECTIVITY}, expansion_add {EXPANSION}",
    )

    def make():
        # Without the table that finds a row by its key: the others keep none either.
        index = Index(
            ndim=base.shape[1], metric="l2sq", dtype=kind, connectivity=CONNECTIVITY,
            expansion_add=EXPANSION, enable_key_lookups=False,
        )
        index.add(None, base, threads=peer.BUILD_THREADS)
        return index

    index = peer.build(*name, make, lambda index: index.serialized_length)
    peer.one_processor()
    for width in peer.SWEEP:
        index.expansion_search = width
        peer.search(
            *name, f"expansion_search {width}", "batch", truth,
            lambda: index.search(queries, peer.NEAREST, threads=1).keys,
        )


def as_i8(base, queries):
    center = base.mean(axis=0, dtype=numpy.float64).astype(numpy.float32)
    factor = 127 / abs(base - center).max()
    return (
        numpy.clip(numpy.rint((array - center) * factor), -127, 127).astype(numpy.int8)
        for array in (base, queries)
    )


kind = sys.argv[2]
base, queries, truth = peer.load(sys.argv[1])
if kind == "i8":
    base, queries = as_i8(base, queries)
times(kind, base, queries, truth)
