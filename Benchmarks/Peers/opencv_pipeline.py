"""Times photo to embedding as OpenCV does it: FaceDetectorYN and FaceRecognizerSF, on the plain f32 networks.

The photo is looked at in its own size, each face cut out by its five landmarks and embedded by SFace.
Usage: opencv_pipeline.py MODELS LIST, with the path of a photo in each line of LIST.
"""

import os
import sys
import time

import cv2

from pipeline_timing import time_photos


def model(name):
    path = os.path.join(sys.argv[1], name, "model.onnx")
    if not os.path.exists(path):
        sys.exit(f"{path} is missing: likeness writes it when it first looks at a photo")
    return path


def main():
    cv2.setNumThreads(1)
    detector = cv2.FaceDetectorYN.create(model("yunet-2023mar"), "", (320, 320), 0.6)
    network = cv2.FaceRecognizerSF.create(model("sface-2021dec"), "")

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

    time_photos(sys.argv[2], run)


main()
