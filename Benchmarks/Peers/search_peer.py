"""What the peers of the search benchmark have in common: vectors, memory, time and recall.

Each peer prints one JSON object a line: first "build", then a "search" for every point of its sweep.
"""

import ctypes
import json
import os
import statistics
import time

# Before the libraries are loaded, which read these once. Who may use two threads is told so by its call.
for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[variable] = "1"

import numpy

NEAREST, REPEATS, BUILD_THREADS = 10, 3, 2
SWEEP = (16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512)


def load(folder):
    """Base, queries and truth, all in memory: what resident() says next already counts them."""
    base, queries, truth = (
        numpy.load(os.path.join(folder, f"{name}.npy")) for name in ("base", "queries", "truth")
    )
    return base, queries, truth[:, :NEAREST]


def resident():
    """The resident bytes of this process, after free memory went back to the system."""
    ctypes.CDLL(None).malloc_trim(0)
    with open("/proc/self/statm", encoding="utf-8") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def build(system, version, setting, make, serialised=None):
    """Makes an index and says what that took.

    The base array is resident before and after and so not in the bytes. An index that keeps a copy of
    the vectors has that copy in them, as it would need it if the array were let go.
    """
    before = resident()
    started = time.perf_counter()
    index = make()
    line = {
        "system": system, "version": version, "kind": "build", "setting": setting,
        "seconds": time.perf_counter() - started, "threads": BUILD_THREADS,
        "bytes": resident() - before,
    }
    if serialised:
        line["indexBytes"] = serialised(index)
    print(json.dumps(line), flush=True)
    return index


def one_processor():
    """Keeps this thread, and those it starts from now on, on one processor."""
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})


def search(system, version, setting, parameter, form, truth, ask):
    """Asks all queries, once for the recall and some times more for the median time."""
    hits = sum(len(set(row) & set(true)) for row, true in zip(ask().tolist(), truth.tolist()))
    seconds = []
    for _ in range(REPEATS):
        started = time.perf_counter()
        ask()
        seconds.append(time.perf_counter() - started)
    print(json.dumps({
        "system": system, "version": version, "kind": "search", "setting": setting,
        "parameter": parameter, "form": form, "recall": hits / truth.size,
        "qps": len(truth) / statistics.median(seconds), "threads": 1,
    }), flush=True)
