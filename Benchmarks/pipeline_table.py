"""Makes the tables of the pipeline benchmark from the runs' JSON files in a folder."""

import datetime
import json
import os
import re
import statistics
import sys

folder, rounds = sys.argv[1], int(sys.argv[2])
runs = {
    "f32": "Likeness, f32",
    "bf16": "Likeness, bf16",
    "mirror": "Likeness, f32, averaged with the mirrored face",
    "our-dlib": "Likeness, f32, `--model dlib`",
    "joined": "Likeness, f32, `--model joined`",
    "all-f32": "Likeness, f32, all processors",
    "opencv": "OpenCV 4.14 YuNet and SFace, photo in its own size",
    "dlib": "dlib-bin 20.0.1 as face_recognition calls it",
}
results = {
    name: [json.load(open(os.path.join(folder, f"{name}.{i + 1}"))) for i in range(rounds)]
    for name in runs
}
cpu = open("/proc/cpuinfo", encoding="utf-8").read()
model = re.search(r"model name\s*: (.*)", cpu)
flags = set(re.search(r"(?:flags|Features)\s*: (.*)", cpu).group(1).split())
known = ["avx2", "avx512f", "avx512_vnni", "avx512_bf16", "amx_bf16", "asimd", "bf16"]
native_bf16 = flags & {"avx512_bf16", "amx_bf16", "bf16"}

print("# Photo to embedding\n")
print(
    f"{datetime.date.today()}, commit {os.environ.get('COMMIT', '?')}, "
    f"{model.group(1) if model else 'unknown processor'}, {os.cpu_count()} processors "
    f"({', '.join(flag for flag in known if flag in flags)}). "
    f"{results['f32'][0]['photos']} LFW photos, {rounds} rounds in turn, medians; "
    "one thread on one processor unless said.\n"
)
if not native_bf16:
    print("This processor does not compute in bf16; OpenVINO then runs that request in f32.\n")


def median(name, value):
    return statistics.median(value(run) for run in results[name])


peers = {"dlib": "dlib", "opencv": "OpenCV"}
print("| | photos a second |" + "".join(f" against {peer}, round by round |" for peer in peers.values()))
print("|---" * (2 + len(peers)) + "|")
for name, title in runs.items():
    row = f"| {title} | {median(name, lambda r: r['photosPerSecond']):.1f} |"
    for peer in peers:
        ratios = [
            run["photosPerSecond"] / other["photosPerSecond"]
            for run, other in zip(results[name], results[peer])
        ]
        row += f" {statistics.median(ratios):.1f} × ({min(ratios):.1f} to {max(ratios):.1f}) |"
    print(row)
stages = ["decode", "detect", "landmarks", "embed"]
print("\nMilliseconds a photo by stage (added over the threads, where there are several):\n")
print("| | " + " | ".join(stages) + " | faces found |")
print("|---" * (len(stages) + 2) + "|")
for name, title in runs.items():
    cells = [f"{median(name, lambda r, s=stage: r['stages'][s]):.2f}" for stage in stages]
    print(f"| {title} | " + " | ".join(cells) + f" | {results[name][0]['faces']} |")
