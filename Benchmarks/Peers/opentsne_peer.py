"""t-SNE by openTSNE: a line of JSON with its time, memory and divergence, and its points in a file.

Usage: opentsne_peer.py VECTORS.npy POINTS.npy [--method bh|fft] [--threads N]
"""

import argparse
import importlib.metadata
import json
import os
import sys
import time

parser = argparse.ArgumentParser()
parser.add_argument("vectors")
parser.add_argument("points")
parser.add_argument("--method", choices=("bh", "fft"), default="bh")
parser.add_argument("--threads", type=int, default=2)
asked = parser.parse_args()
# Before the libraries are loaded, which read these once.
for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[variable] = str(asked.threads)
# Threads that wait sleep: on a machine with other work, waiting ones would take the time of working ones.
os.environ["OMP_WAIT_POLICY"] = "passive"

import numpy
import openTSNE


def peak():
    """The most memory that this process has had, in bytes."""
    with open("/proc/self/status", encoding="utf-8") as file:
        line = next(line for line in file if line.startswith("VmHWM:"))
    return int(line.split()[1]) * 1024


vectors = numpy.load(asked.vectors)
before = peak()
started, worked = time.perf_counter(), time.process_time()
points = openTSNE.TSNE(
    perplexity=30, initialization="pca", negative_gradient_method=asked.method,
    n_jobs=asked.threads, random_state=1,
).fit(vectors)
seconds, worked = time.perf_counter() - started, time.process_time() - worked
numpy.save(asked.points, numpy.asarray(points, numpy.float32))
print(json.dumps({
    "system": "openTSNE " + importlib.metadata.version("openTSNE"), "kind": "tsne",
    "setting": {"bh": "Barnes–Hut", "fft": "interpolation"}[asked.method], "seconds": seconds,
    "divergence": float(points.kl_divergence), "bytes": peak() - before, "count": len(vectors),
    "threads": asked.threads, "processorSeconds": worked,
}))
