"""Draws LFW's map as dots: the data set's photos are not ours to show.

Usage: atlas_plot.py POINTS.npy NAMES.txt PICTURE.png
"""

import collections
import sys

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as pyplot
import numpy

points = numpy.load(sys.argv[1])
names = numpy.array(open(sys.argv[2], encoding="utf-8").read().splitlines())
most = [name for name, _ in collections.Counter(names).most_common(12)]
figure, axes = pyplot.subplots(figsize=(12, 9.5), facecolor="#f6f5f2")
rest = ~numpy.isin(names, most)
axes.scatter(*points[rest].T, s=2, color="#b9b2a4", linewidths=0)
for number, name in enumerate(most):
    of = names == name
    axes.scatter(*points[of].T, s=7, color=pyplot.cm.Paired(number), linewidths=0,
                 label=f"{name.replace('_', ' ')} {of.sum()}")
axes.set_aspect("equal")
axes.axis("off")
axes.set_title(f"t-SNE of {len(points):,} faces of LFW, perplexity 30", loc="left")
axes.legend(loc="center left", bbox_to_anchor=(1, 0.5), frameon=False, markerscale=3)
figure.savefig(sys.argv[3], dpi=110, bbox_inches="tight")
