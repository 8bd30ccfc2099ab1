"""Finds faces with OpenCV's FaceDetectorYN (YuNet) or dlib's HOG detector, on one thread.

Usage: detection_peer.py yunet LIST --model FILE [--side N] [--score S] | dlib LIST [--score S]
with the path of a photo in each line of LIST. Prints a JSON line a photo: its path and size, boxes (x, y, width,
height, score) in pixels of the file, seconds to decode it and to find the faces. Scores of dlib have no upper bound.
"""

import argparse
import json
import os
import sys
import time

for variable in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ[variable] = "1"

import cv2


def yunet(options):
    """FaceDetectorYN over the photo at the size asked for; NMS and the number of candidates as in OpenCV's sample."""
    cv2.setNumThreads(1)
    network = cv2.FaceDetectorYN.create(options.model, "", (320, 320), options.score, 0.3, 5000)

    def detect(image):
        height, width = image.shape[:2]
        scale = options.side / max(width, height) if options.side else 1
        size = (max(1, round(width * scale)), max(1, round(height * scale)))
        if size != (width, height):
            shrinks = scale < 1
            image = cv2.resize(
                image, size, interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR
            )
        network.setInputSize(size)
        faces = network.detect(image)[1]
        across, down = width / size[0], height / size[1]
        return [
            [
                float(face[0]) * across, float(face[1]) * down, float(face[2]) * across,
                float(face[3]) * down, float(face[14]),
            ]
            for face in (faces if faces is not None else [])
        ]

    return detect


def dlib_hog(options):
    """dlib's frontal face detector, the photo upsampled once, as face_recognition calls it."""
    import dlib

    detector = dlib.get_frontal_face_detector()

    def detect(image):
        colours = cv2.cvtColor(image, cv2.COLOR_BGR2RGB)
        boxes, scores, _ = detector.run(colours, 1, options.score)
        return [
            [box.left(), box.top(), box.width(), box.height(), score]
            for box, score in zip(boxes, scores)
        ]

    return detect


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("detector", choices=["yunet", "dlib"])
    parser.add_argument("list")
    parser.add_argument("--model")
    parser.add_argument("--side", type=int, default=0, help="the longer side in pixels; 0 keeps the photo's")
    parser.add_argument("--score", type=float, default=0.0, help="what scores less is left out")
    options = parser.parse_args()
    detect = (yunet if options.detector == "yunet" else dlib_hog)(options)
    photos = [path for path in open(options.list, encoding="utf-8").read().split("\n") if path]
    # Caches and lazy tables are filled first; dlib has none, and takes minutes for a large photo.
    first = cv2.imread(photos[0]) if options.detector == "yunet" else None
    if first is not None:
        detect(first)
    for photo in photos:
        clocks = [time.perf_counter()]
        image = cv2.imread(photo)
        clocks.append(time.perf_counter())
        if image is None:
            print(f"{photo} cannot be read", file=sys.stderr)
            continue
        boxes = detect(image)
        clocks.append(time.perf_counter())
        height, width = image.shape[:2]
        print(
            json.dumps(
                {
                    "photo": photo, "width": width, "height": height, "boxes": boxes,
                    "decode": clocks[1] - clocks[0], "detect": clocks[2] - clocks[1],
                }
            )
        )


main()
