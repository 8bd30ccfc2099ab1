"""PCA by scikit-learn, exact: a line of JSON with its time and variances, and its points in a file.

Usage: sklearn_pca.py VECTORS.npy POINTS.npy
"""

import json
import os
import sys
import time

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[variable] = "2"

import numpy
import sklearn
from sklearn.decomposition import PCA

vectors = numpy.load(sys.argv[1])
started = time.perf_counter()
model = PCA(svd_solver="full").fit(vectors)
points = model.transform(vectors)[:, :2]
seconds = time.perf_counter() - started
numpy.save(sys.argv[2], points)
print(json.dumps({
    "system": f"scikit-learn {sklearn.__version__}", "kind": "pca", "setting": "full",
    "seconds": seconds, "count": len(vectors),
    "variances": model.explained_variance_.astype(float).tolist(),
}))
