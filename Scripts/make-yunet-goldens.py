#!/usr/bin/env python3
"""Writes what ONNX Runtime makes of YuNet and SFace, as set-up's conversion left them, for the tests to compare with.

Needs onnxruntime, numpy and pillow.
"""

import argparse
import json
from pathlib import Path

import numpy as np
import onnxruntime
from PIL import Image

PHOTOS = ["obama.png", "obama2.png", "obama3.png", "biden.png", "32bit.png"]
MINIMUM_SCORE = 0.4


def session(path):
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(str(path), options)


def detections(network, image):
    """The best find of each face, by the formulas of YuNet's paper: a cell adds its place to what it says."""
    # The size for which the file was written.
    height, width = 640, 640
    blob = np.zeros((1, 3, height, width), np.float32)
    blob[0, :, : image.shape[0], : image.shape[1]] = image[:, :, ::-1].transpose(2, 0, 1)
    names = [output.name for output in network.get_outputs()]
    outputs = dict(zip(names, network.run(None, {"input": blob})))
    found = []
    for stride in (8, 16, 32):
        scores = np.sqrt(
            np.clip(outputs[f"cls_{stride}"][0, :, 0], 0, 1) * np.clip(outputs[f"obj_{stride}"][0, :, 0], 0, 1))
        for cell in np.nonzero(scores >= MINIMUM_SCORE)[0]:
            row, column = divmod(int(cell), width // stride)
            x, y, w, h = outputs[f"bbox_{stride}"][0, cell]
            w, h = float(np.exp(w)) * stride, float(np.exp(h)) * stride
            x, y = (column + float(x)) * stride - w / 2, (row + float(y)) * stride - h / 2
            points = outputs[f"kps_{stride}"][0, cell].reshape(5, 2)
            found.append({
                "score": float(scores[cell]), "box": [x, y, w, h],
                "landmarks": [[(column + float(a)) * stride, (row + float(b)) * stride] for a, b in points]})
    best = max(found, key=lambda find: find["score"])
    return {"count": len(found), **best}


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--models", type=Path, required=True)
    arguments.add_argument("--goldens", type=Path, required=True)
    a = arguments.parse_args()
    yunet = session(a.models / "yunet-2023mar/model.onnx")
    sface = session(a.models / "sface-2021dec/model.onnx")
    faces, embeddings = {}, {}
    for name in PHOTOS:
        image = np.asarray(Image.open(a.goldens / name).convert("RGB"))
        faces[name] = detections(yunet, image)
        chip = name.replace(".png", "-chip.png")
        # The middle of dlib's chip: any picture of 112 × 112 does.
        pixels = np.asarray(Image.open(a.goldens / chip).convert("RGB"))[19:131, 19:131]
        blob = pixels.transpose(2, 0, 1)[None].astype(np.float32)
        embeddings[chip] = [float(v) for v in sface.run(None, {"data": blob})[0][0]]
    (a.goldens / "yunet.json").write_text(
        json.dumps({"yunet": faces, "sface": embeddings}, separators=(",", ":")) + "\n")


main()
