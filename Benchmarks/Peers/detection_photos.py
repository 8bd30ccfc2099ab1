"""Makes JPEG photos of four sizes from photos of people: 250 × 250, 1024 × 768, 4000 × 3000, 6000 × 4000.

Usage: detection_photos.py LIST FOLDER, with the path of a photo in each line of LIST; writes FOLDER/WxH/N.jpg. The two
larger sizes are the photo enlarged in every other one, and sixteen photos side by side, as in a crowd, in the rest.
"""

import os
import sys

import cv2
import numpy

SIZES = [(250, 250), (1024, 768), (4000, 3000), (6000, 4000)]
TILES = 4


def filled(image, width, height):
    """The middle of a photo, resampled to fill a size."""
    rows, columns = image.shape[:2]
    scale = max(width / columns, height / rows)
    size = (max(width, round(columns * scale)), max(height, round(rows * scale)))
    method = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    image = cv2.resize(image, size, interpolation=method)
    top, left = (size[1] - height) // 2, (size[0] - width) // 2
    return image[top : top + height, left : left + width]


def main():
    photos = [path for path in open(sys.argv[1], encoding="utf-8").read().split("\n") if path]
    images = [image for image in map(cv2.imread, photos) if image is not None]
    if not images:
        sys.exit("none of the photos can be read")
    for width, height in SIZES:
        folder = os.path.join(sys.argv[2], f"{width}x{height}")
        os.makedirs(folder, exist_ok=True)
        for number, image in enumerate(images):
            if width >= 4000 and number % 2 == 1:
                side = (width // TILES, height // TILES)
                rows = [
                    numpy.hstack(
                        [filled(images[(number + row * TILES + column) % len(images)], *side)
                         for column in range(TILES)]
                    )
                    for row in range(TILES)
                ]
                made = numpy.vstack(rows)
            else:
                made = filled(image, width, height)
            path = os.path.join(folder, f"{number:03}.jpg")
            if not cv2.imwrite(path, made, [cv2.IMWRITE_JPEG_QUALITY, 90]):
                sys.exit(f"{path} cannot be written")


main()
