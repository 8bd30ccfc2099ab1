"""Makes the table of the training benchmark from what the programs printed.

Usage: training_table.py RESULT_FILES... with a JSON object each. In the environment: COMMIT.
"""

import collections
import datetime
import json
import os
import statistics
import sys

PEER = "libtorch"


def processor():
    """The processor's name."""
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        for line in file:
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return "unknown"


def main():
    """Prints the table."""
    runs = [json.load(open(path, encoding="utf-8")) for path in sys.argv[1:]]
    times = collections.defaultdict(list)
    for run in runs:
        times[run["system"]].append(statistics.median(run["seconds"]))
    first = runs[0]
    peer = statistics.median(times[PEER])
    print("# A step of training\n")
    print(
        f"{datetime.date.today()}, commit {os.environ['COMMIT']}, {processor()}. "
        f"{len(times[PEER])} rounds in turn, {first['threads']} thread on one processor."
    )
    print(
        f"{first['batch']} images of {first['side']} × {first['side']}, MobileNetV2 (1.0) with 128 numbers, "
        "batch-hard triplets, backward, Adam. The median of the rounds' medians; Likeness goes through Swift "
        "and its fence to the same libtorch that the C++ loop uses.\n"
    )
    print("|  | seconds a step | least and greatest round | of libtorch's |")
    print("|---|---|---|---|")
    for system, values in times.items():
        median = statistics.median(values)
        print(
            f"| {system} | {median:.2f} | {min(values):.2f} to {max(values):.2f} | {median / peer:.2f} × |"
        )


if __name__ == "__main__":
    main()
