"""The face of each photo of LFW that it is named for, the one nearest to the middle: embeddings, and the
name of each in a line.

Usage: lfw_faces.py EXPORT.json FACES.npy NAMES.txt, of a gallery that was exported as JSON
"""

import json
import os
import sys

import numpy

faces = json.load(open(sys.argv[1], encoding="utf-8"))
central = {}
for face in faces:
    box = face["box"]
    # All photos are 250 × 250.
    x, y = box["x"] + box["width"] / 2 - 125, box["y"] + box["height"] / 2 - 125
    distance = x * x + y * y
    if face["photo"] not in central or distance < central[face["photo"]][0]:
        central[face["photo"]] = (distance, face)
chosen = [central[photo][1] for photo in sorted(central)]
numpy.save(sys.argv[2], numpy.array([face["embedding"] for face in chosen], dtype="<f4"))
with open(sys.argv[3], "w", encoding="utf-8") as names:
    for face in chosen:
        names.write(os.path.basename(os.path.dirname(face["photo"])) + "\n")
