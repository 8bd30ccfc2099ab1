"""Times FAISS: its HNSW, and its exact search. Usage: faiss_index.py FOLDER [--hnsw-only]

A batch goes through the interpreter once, so what Python costs is not in its times. HNSW answers a
batch query by query, exact search as a product of matrices: that one is told both ways.
"""

import sys

import search_peer as peer

import faiss
import numpy

M, CONSTRUCTION = 16, 200


def hnsw(base, queries, truth):
    name = ("FAISS HNSW", faiss.__version__, f"M {M}, efConstruction {CONSTRUCTION}")

    def make():
        index = faiss.IndexHNSWFlat(base.shape[1], M)
        index.hnsw.efConstruction = CONSTRUCTION
        faiss.omp_set_num_threads(peer.BUILD_THREADS)
        index.add(base)
        return index

    index = peer.build(*name, make, lambda index: faiss.serialize_index(index).nbytes)
    faiss.omp_set_num_threads(1)
    peer.one_processor()
    for width in peer.SWEEP:
        index.hnsw.efSearch = width
        peer.search(
            *name, f"efSearch {width}", "batch", truth,
            lambda: index.search(queries, peer.NEAREST)[1],
        )


def flat(base, queries, truth):
    name = ("FAISS flat", faiss.__version__, "exact")
    faiss.omp_set_num_threads(1)
    peer.one_processor()
    index = faiss.IndexFlatL2(base.shape[1])
    index.add(base)

    def one_by_one():
        found = numpy.empty(truth.shape, numpy.int64)
        for row in range(len(queries)):
            found[row] = index.search(queries[row : row + 1], peer.NEAREST)[1]
        return found

    peer.search(*name, "", "one by one", truth, one_by_one)
    peer.search(*name, "", "batch", truth, lambda: index.search(queries, peer.NEAREST)[1])


vectors = peer.load(sys.argv[1])
hnsw(*vectors)
if "--hnsw-only" not in sys.argv:
    flat(*vectors)
