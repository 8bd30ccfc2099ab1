"""Times photo to embedding as OpenCV does it: FaceDetectorYN and FaceRecognizerSF, on the plain f32 networks.

The photo is looked at in its own size, each face cut out by its five landmarks and embedded by SFace.
Usage: opencv_pipeline.py MODELS LIST, with the path of a photo in each line of LIST.
"""

import json
import os
import sys
import time

import cv2


def model(name):
    path = os.path.join(sys.argv[1], name, "model.onnx")
    if not os.path.exists(path):
        sys.exit(f"{path} is missing: likeness writes it when it first looks at a photo")
    return path


def main():
    cv2.setNumThreads(1)
    photos = open(sys.argv[2], encoding="utf-8").read().split("\n")
    photos = [photo for photo in photos if photo]
    detector = cv2.FaceDetectorYN.create(model("yunet-2023mar"), "", (320, 320), 0.6)
    network = cv2.FaceRecognizerSF.create(model("sface-2021dec"), "")
    stages = {"decode": 0.0, "detect": 0.0, "landmarks": 0.0, "embed": 0.0}
    faces = 0

    def run(photo):
        clocks = [time.perf_counter()]
        image = cv2.imread(photo)
        clocks.append(time.perf_counter())
        detector.setInputSize((image.shape[1], image.shape[0]))
        found = detector.detect(image)[1]
        found = [] if found is None else found
        clocks.append(time.perf_counter())
        chips = [network.alignCrop(image, face) for face in found]
        clocks.append(time.perf_counter())
        for chip in chips:
            network.feature(chip)
        clocks.append(time.perf_counter())
        return len(found), clocks

    for photo in photos[:5]:
        run(photo)
    started = time.perf_counter()
    for photo in photos:
        count, clocks = run(photo)
        faces += count
        for stage, begin, end in zip(stages, clocks, clocks[1:]):
            stages[stage] += end - begin
    seconds = time.perf_counter() - started
    print(json.dumps({
        "photos": len(photos), "faces": faces, "seconds": seconds,
        "photosPerSecond": len(photos) / seconds,
        "stages": {stage: 1000 * time_ / len(photos) for stage, time_ in stages.items()},
    }))


main()
