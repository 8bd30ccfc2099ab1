#!/usr/bin/env python3
"""Writes what dlib makes of a few sample photos, for the tests to compare with.

Needs dlib-bin 20.0.1, numpy and pillow. The photos are those of face_recognition 1.3.0
(tests/test_images), the models those of face_recognition_models 0.3.0.
"""

import argparse
import json
import math
import re
import sys
from pathlib import Path

try:
    import dlib
    import numpy as np
    from PIL import Image
except ImportError as error:
    sys.exit(f"make-goldens: {error}: needs dlib-bin 20.0.1, numpy and pillow")
if dlib.__version__ != "20.0.1":
    sys.exit(f"make-goldens: needs dlib-bin 20.0.1 instead of {dlib.__version__}")

# Photo, and the factor at which its face is large enough for a 150-pixel chip and no larger.
PHOTOS = [
    ("obama.jpg", 0.5),
    ("obama2.jpg", 0.5),
    ("obama3.jpg", 0.5),
    ("biden.jpg", 0.5),
    ("32bit.png", 0.4),
]
# Sides of the crop around the face's box, in its widths: left, top, right, bottom.
MARGINS = (0.6, 0.75, 0.6, 0.55)
# Boxes around the first: right, down, larger, in hundredths of its side.
SHIFTS = [(5, -4, 0), (-6, 4, 9), (2, 5, -8)]

# dlib's mean face in the unit square of a chip without padding.
MEAN_SHAPE = [
    (0.8595674595992, 0.2134981538014),
    (0.6460604764104, 0.2289674387677),
    (0.1205750620789, 0.2137274526848),
    (0.3340850613712, 0.2290642403242),
    (0.4901123135679, 0.6277975316475),
]
EYE_DISTANCE = 0.5254838  # between the middles of the eyes of that shape
# How far each hand-made landmark is off the mean shape, in hundredths of the eye distance.
UNEVENNESS = [(3, -2), (-4, 3), (2, 4), (-3, -3), (5, 2)]
# Name, the crop's enlargement, centre of the eyes in parts of the picture, eye distance, degrees.
CHIPS = [
    ("upright", 1, 0.50, 0.45, 52, 0),
    ("25 degrees", 1, 0.48, 0.47, 60, 25),
    ("-70 degrees", 1, 0.52, 0.50, 48, -70),
    ("180 degrees", 1, 0.50, 0.55, 55, 180),
    ("tiny", 1, 0.40, 0.40, 12, 8),
    ("upright, level 1", 3, 0.50, 0.45, 150, 0),
    ("turned, level 1", 3, 0.47, 0.48, 190, -33),
    ("upright, level 2", 3, 0.50, 0.40, 270, 0),
    ("turned, level 2", 3, 0.50, 0.45, 260, 118),
    ("beyond the left top", 1, 0.05, 0.08, 50, -12),
    ("beyond the right bottom", 1, 0.95, 0.90, 64, 40),
    ("beyond the bottom, level 1", 3, 0.55, 0.85, 170, 15),
]


def rounded(values):
    return [float(f"{value:.9g}") for value in values]


def corners(rect):
    return [rect.left(), rect.top(), rect.right(), rect.bottom()]


def points(shape):
    return [[shape.part(i).x, shape.part(i).y] for i in range(shape.num_parts)]


def find(folder, name):
    found = sorted(Path(folder).rglob(name))
    if not found:
        sys.exit(f"make-goldens: no {name} below {folder}")
    return str(found[0])


def crop(path, factor, detector):
    photo = Image.open(path).convert("RGB")
    photo = photo.resize(
        (round(photo.width * factor), round(photo.height * factor)), Image.Resampling.LANCZOS
    )
    box = detector(np.asarray(photo), 1)[0]
    left, top, right, bottom = (round(part * box.width()) for part in MARGINS)
    return photo.crop(
        (
            max(0, box.left() - left),
            max(0, box.top() - top),
            min(photo.width, box.right() + right),
            min(photo.height, box.bottom() + bottom),
        )
    )


def moved(box, right, down, larger):
    side = box.width()
    grown = round(side * larger / 100 / 2)
    left = box.left() + round(side * right / 100) - grown
    top = box.top() + round(side * down / 100) - grown
    return dlib.rectangle(left, top, left + side + 2 * grown - 1, top + side + 2 * grown - 1)


def landmarks(width, height, x, y, eye_distance, degrees):
    scale = eye_distance / EYE_DISTANCE
    cosine, sine = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    placed = []
    for (u, v), (du, dv) in zip(MEAN_SHAPE, UNEVENNESS):
        # From the point between the eyes.
        u = (u - 0.49 + du / 100 * EYE_DISTANCE) * scale
        v = (v - 0.22 + dv / 100 * EYE_DISTANCE) * scale
        placed.append(
            dlib.point(
                round(x * width + cosine * u - sine * v), round(y * height + sine * u + cosine * v)
            )
        )
    return placed


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--models", required=True, help="folder with the .dat files below it")
    parser.add_argument("--photos", required=True, help="folder of the sample photos")
    parser.add_argument("--output", required=True, help="folder to write, Tests/FacesTests/Goldens")
    arguments = parser.parse_args()

    detector = dlib.get_frontal_face_detector()
    predictor = dlib.shape_predictor(
        find(arguments.models, "shape_predictor_5_face_landmarks.dat")
    )
    network = dlib.face_recognition_model_v1(
        find(arguments.models, "dlib_face_recognition_resnet_model_v1.dat")
    )
    mmod = dlib.cnn_face_detection_model_v1(
        find(arguments.models, "mmod_human_face_detector.dat")
    )
    output = Path(arguments.output)
    output.mkdir(parents=True, exist_ok=True)

    def save(pixels, name):
        Image.fromarray(pixels).save(output / name, optimize=True)
        return name

    def cut(image, shape):
        return dlib.get_face_chip(image, shape, size=150, padding=0.25)

    photos = []
    for name, factor in PHOTOS:
        stem = name.split(".")[0]
        image = np.ascontiguousarray(np.asarray(crop(Path(arguments.photos) / name, factor, detector)))
        assert max(image.shape[:2]) <= 420, image.shape
        boxes = list(detector(image, 1))
        faces = []
        for box in [boxes[0]] + [moved(boxes[0], *shift) for shift in SHIFTS]:
            shape = predictor(image, box)
            faces.append(
                {
                    "box": corners(box),
                    "landmarks": points(shape),
                    "embedding": rounded(network.compute_face_descriptor(image, shape)),
                }
            )
        chip = cut(image, predictor(image, boxes[0]))
        photos.append(
            {
                "file": save(image, f"{stem}.png"),
                "width": image.shape[1],
                "height": image.shape[0],
                "hog": [corners(box) for box in boxes],
                "faces": faces,
                "chip": save(chip, f"{stem}-chip.png"),
                "chipEmbedding": rounded(network.compute_face_descriptor(chip)),
                "mmod": [
                    [
                        {"box": corners(found.rect), "confidence": rounded([found.confidence])[0]}
                        for found in mmod(image, upsample)
                    ]
                    for upsample in (0, 1)
                ],
            }
        )

    chips = []
    base = np.asarray(Image.open(output / photos[0]["file"]))
    for index, (name, enlarged, x, y, eye_distance, degrees) in enumerate(CHIPS):
        image = np.ascontiguousarray(base.repeat(enlarged, axis=0).repeat(enlarged, axis=1))
        height, width = image.shape[:2]
        parts = landmarks(width, height, x, y, eye_distance, degrees)
        shape = dlib.full_object_detection(
            dlib.rectangle(0, 0, width - 1, height - 1), dlib.points(parts)
        )
        chips.append(
            {
                "name": name,
                "photo": photos[0]["file"],
                "enlarged": enlarged,
                "landmarks": [[part.x, part.y] for part in parts],
                "file": save(cut(image, shape), f"chip-{index + 1:02}.png"),
            }
        )

    text = json.dumps({"dlib": dlib.__version__, "photos": photos, "chips": chips}, indent=1)
    # Numbers that belong together on one line.
    text = re.sub(r"\[\s+(-?[\d.][^\[\]{}]*?)\s+\]", lambda m: f"[{' '.join(m[1].split())}]", text)
    (output / "dlib.json").write_text(text + "\n")


if __name__ == "__main__":
    main()
