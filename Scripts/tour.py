"""Writes Documentation/Tour.md: commands that were run, and what they answered. See Scripts/tour."""

import argparse, json, os, random, re, shutil, signal, socket, subprocess, time, urllib.request

arguments = argparse.ArgumentParser()
for name in ("--likeness", "--people", "--home", "--out"):
    arguments.add_argument(name, required=True)
a = arguments.parse_args()
os.chdir(a.home)
environment = dict(os.environ, XDG_DATA_HOME=os.path.join(a.home, "data"))
models = os.environ.get("LIKENESS_MODELS") or os.path.join(
    os.environ.get("XDG_DATA_HOME", os.path.expanduser("~/.local/share")), "likeness/models")
environment["LIKENESS_MODELS"] = models
runtime = os.path.join(os.path.dirname(models), "openvino")
if os.path.isdir(runtime):
    os.makedirs("data/likeness")
    os.symlink(runtime, "data/likeness/openvino")
text = []


def say(paragraph):
    text.append(" ".join(paragraph.split()) + "\n")


def run(*words, lines=12, answer=True):
    """Runs the program; shows the command, and the first lines of what it said."""
    done = subprocess.run([a.likeness, *words], env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    said = (done.stderr + done.stdout).replace(a.home + "/", "").rstrip().splitlines()
    said = [line for line in said if not re.search(r" of \d+ photos, .* a second, .* left$", line)]
    if answer:
        shown = said[:lines] + ([f"… {len(said) - lines} more lines"] if len(said) > lines else [])
        command = " ".join(w if all(c.isalnum() or c in "/._-=:#" for c in w) else "'" + w + "'" for w in words)
        text.append("```console\n$ likeness " + command + "\n" + "\n".join(line[:150] for line in shown) + "\n```\n")
    return done


def value(*words):
    return json.loads(run(*words, "--json", answer=False).stdout)


# Photos as a camera leaves them: months with numbers, and a folder that somebody made for one person.
folders = sorted((len(os.listdir(os.path.join(a.people, f))), f) for f in os.listdir(a.people)
                 if os.path.isdir(os.path.join(a.people, f)))
random.seed(21)
several = [f for n, f in folders if 6 <= n <= 30][-40:]
favourite, wanted = several[0], []
for folder in several[1:]:
    for photo in sorted(os.listdir(os.path.join(a.people, folder)))[:13]:
        wanted.append((folder, photo))
random.shuffle(wanted)
spare, wanted = wanted[:2], wanted[2:492]
number = 41
for folder, photo in wanted:
    month = f"Photos/2024-{number * 7 % 12 + 1:02}"
    os.makedirs(month, exist_ok=True)
    shutil.copy(os.path.join(a.people, folder, photo), f"{month}/IMG_{number:04}.jpg")
    number += 1
nice = favourite.replace("_", " ")
os.makedirs(f"Photos/{nice}")
for photo in sorted(os.listdir(os.path.join(a.people, favourite)))[:8]:
    shutil.copy(os.path.join(a.people, favourite, photo), f"Photos/{nice}/IMG_{number:04}.jpg")
    number += 1
open("Photos/2024-01/notes.txt", "w").write("a note\n")
os.symlink("../2024-02", "Photos/2024-01/to February")
for index, (folder, photo) in enumerate(spare):
    shutil.copy(os.path.join(a.people, folder, photo), f"new-{index + 1}.jpg")

text.append("# A day with Likeness\n")
say(f"""Made by `Scripts/tour` from real runs: {sum(len(f) for _, _, f in os.walk('Photos'))} files as cameras leave them, called `IMG_0041.jpg`
and so on, in folders for months, and one folder that somebody made for one person. The photos are of Labeled Faces in the Wild; what
a command says is shortened where it is long.""")

text.append("## Photos in\n")
run("add", "Photos")
say("""Every file is accounted for. Nobody is called `IMG_0041`: a camera's file name is not a name. The folder of one person is told,
with the command that names them, and we do so:""")
run("add", "--name", nice, f"Photos/{nice}")
run("info", lines=7)

text.append("## Who is there\n")
run("people", lines=8)
say("The numbers say of what they are: `person:1` is a person, `face:1` a face, `photo:1` a photo. Names stay with people:")
listed = value("people")["people"]
unnamed = [p for p in listed if not p["name"]]
first, second, third = unnamed[:3]


def whose(person):
    """The real name, from where the photos came."""
    numbers = [int(os.path.basename(f["photo"])[4:8]) - 41 for f in person["faces"]]
    names = [wanted[n][0] for n in numbers if n < len(wanted)]
    return max(set(names), key=names.count).replace("_", " ")


run("people", "name", f"person:{first['id']}", whose(first))
run("people", "name", f"person:{second['id']}", whose(second))
run("list", lines=5)

text.append("## A wrong turn, undone\n")
run("people", "merge", f"person:{second['id']}", f"person:{third['id']}")
say("Those were two people. The history says what was done, when and by whom, and the last change is taken back:")
run("people", "history", lines=4)
run("people", "undo")
say("What only you can say is asked one by one with `likeness people review`, the most useful question first: y, n, s for skip, q to stop.")
questions = value("people", "review")
say(f"""Here {questions['total']} questions wait, the first of kind `{questions['questions'][0]['kind']}`."""
    if questions["questions"] else "Here nothing is in doubt.")

text.append("## Who is this?\n")
run("search", "new-1.jpg", lines=8)
run("nearest", f"person:{first['id']}", "--count", "3")
run("same", whose(first), lines=4)
run("verify", "new-1.jpg", "new-2.jpg")

text.append("## On the page\n")
with socket.socket() as free:
    free.bind(("127.0.0.1", 0))
    port = free.getsockname()[1]
server = subprocess.Popen([a.likeness, "serve", "--port", str(port)], env=environment,
                          stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
address = f"http://127.0.0.1:{port}"


def ask(path):
    with urllib.request.urlopen(address + path, timeout=60) as answer:
        return json.load(answer)


for _ in range(100):
    try:
        about = ask("/api/v1/info")
        break
    except OSError:
        time.sleep(0.2)
say("""`likeness serve` shows the same gallery at http://127.0.0.1:8080: faces can be dropped there, people named, merged and hidden, photos
searched and downloaded, and questions answered by thumb. It counts what the program counts:""")
gallery = about["gallery"]
text.append("```console\n$ curl -s http://127.0.0.1:8080/api/v1/info | jq .gallery\n"
            + json.dumps({k: gallery[k] for k in ("photos", "faces", "namedFaces", "doubtfulFaces", "names")}, indent=2) + "\n```\n")
some = ask("/api/v1/people?limit=1")["people"][0]
text.append(f"```console\n$ curl -s 'http://127.0.0.1:8080/api/v1/people?limit=1' | jq '.people[0] | {{person, name}}'\n"
            + json.dumps({"person": some["person"], "name": some["name"]}, indent=2) + "\n```\n")
server.send_signal(signal.SIGTERM)
server.wait(60)

text.append("## Tidying up\n")
run("remove", whose(second), f"person:{unnamed[3]['id']}", "--dry-run", lines=8)
run("remove", whose(second), f"person:{unnamed[3]['id']}")
gone = value("list", "photos")[0]["photo"]
os.remove(gone)
say("A photo was deleted from the disk meanwhile. Pruning says what is gone before anything goes:")
run("gallery", "prune", "--dry-run")
run("gallery", "prune", "--yes")
say("What was asked for by a number alone is refused, with what to write:")
run("same", "12")

open(a.out, "w").write("\n".join(text))
