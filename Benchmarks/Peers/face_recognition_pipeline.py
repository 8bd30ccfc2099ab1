"""Times photo to embedding as face_recognition 1.3.0 does it by default, through dlib-bin.

face_recognition.face_encodings(image): HOG upsampled once, five landmarks, the ResNet for every face.
Usage: face_recognition_pipeline.py MODELS LIST, with the path of a photo in each line of LIST.
"""

import glob
import os
import sys
import time

for variable in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ[variable] = "1"

import dlib
import numpy
from PIL import Image

from pipeline_timing import time_photos


def model(name):
    found = glob.glob(os.path.join(sys.argv[1], "**", name), recursive=True)
    if not found:
        sys.exit(f"{name} is not below {sys.argv[1]}: run Scripts/setup")
    return found[0]


def main():
    detector = dlib.get_frontal_face_detector()
    predictor = dlib.shape_predictor(model("shape_predictor_5_face_landmarks.dat"))
    network = dlib.face_recognition_model_v1(model("dlib_face_recognition_resnet_model_v1.dat"))

    def run(photo):
        clocks = [time.perf_counter()]
        image = numpy.array(Image.open(photo).convert("RGB"))
        clocks.append(time.perf_counter())
        boxes = detector(image, 1)
        clocks.append(time.perf_counter())
        shapes = [predictor(image, box) for box in boxes]
        clocks.append(time.perf_counter())
        for shape in shapes:
            network.compute_face_descriptor(image, shape, 1)
        clocks.append(time.perf_counter())
        return len(boxes), clocks

    time_photos(sys.argv[2], run)


main()
