"""What the peers of the pipeline benchmark share: the loop that times them, and what they print."""

import json
import time


def time_photos(list_path, run):
    """Prints how long a peer takes for photos, as `likeness bench --json` does.

    list_path: a file with the path of a photo in each line.
    run: looks at a photo; returns how many faces it found, and the clock before the first stage and after each.
    """
    with open(list_path, encoding="utf-8") as file:
        photos = [photo for photo in file.read().split("\n") if photo]
    stages = {"decode": 0.0, "detect": 0.0, "landmarks": 0.0, "embed": 0.0}
    faces = 0
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
