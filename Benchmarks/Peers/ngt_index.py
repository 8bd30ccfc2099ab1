"""Times NGT's graph ANNG with its own settings. Usage: ngt_index.py FOLDER

NGT can do more: making an ONNG of 20,000 vectors took four minutes of one thread, and neither that nor
30 edges answered faster at the same recall.
"""

import importlib.metadata
import os
import sys
import tempfile

import search_peer as peer

import ngtpy

EDGES, EDGES_TO_SEARCH = 10, 40
SWEEP = (-0.1, -0.05, 0, 0.02, 0.04, 0.06, 0.08, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4)

base, queries, truth = peer.load(sys.argv[1])
name = (
    "NGT ANNG", importlib.metadata.version("ngt"),
    f"edge_size_for_creation {EDGES}, edge_size_for_search {EDGES_TO_SEARCH}",
)
with tempfile.TemporaryDirectory() as folder:
    path = os.path.join(folder, "index")

    def make():
        ngtpy.create(
            path, base.shape[1], edge_size_for_creation=EDGES,
            edge_size_for_search=EDGES_TO_SEARCH, distance_type="L2", object_type="Float",
        )
        index = ngtpy.Index(path, log_disabled=True)
        index.batch_insert(base, num_threads=peer.BUILD_THREADS)
        return index

    def serialised(index):
        index.save()
        return sum(file.stat().st_size for file in os.scandir(path))

    index = peer.build(*name, make, serialised)
    peer.one_processor()

    def ask():
        results = ngtpy.BatchResults()
        index.batch_search(queries, results, peer.NEAREST)
        return results.get_ids()

    for epsilon in SWEEP:
        index.set(num_of_search_objects=peer.NEAREST, epsilon=epsilon)
        peer.search(*name, f"epsilon {epsilon}", "batch", truth, ask)
    index.close()
