#!/usr/bin/env python3
"""Writes a folder as an OCI image with one layer, in a tar file that is an OCI layout and what `docker load` takes at once."""

import argparse
import gzip
import hashlib
import io
import json
import os
import tarfile
import tempfile
import time
from pathlib import Path

parser = argparse.ArgumentParser()
parser.add_argument("folder", type=Path)
parser.add_argument("image", type=Path)
for name in ("user", "architecture", "version", "time"):
    parser.add_argument(f"--{name}", required=True)
asked = parser.parse_args()
asked.time = int(asked.time)

# Mount points: what lies in them belongs to the machine that an image runs on.
EMPTY = ("dev", "proc", "run", "sys", "tmp")
SECOND = 1_000_000_000


def entries():
    """All paths of the folder in one order, none of them twice."""
    for folder, folders, files in os.walk(asked.folder):
        folders.sort()
        inside = Path(folder).relative_to(asked.folder)
        if inside.parts[:1] and inside.parts[0] in EMPTY:
            folders.clear()
            continue
        yield from sorted(inside / name for name in folders + files)


class Hashed:
    """Passes bytes on and keeps their SHA-256."""

    def __init__(self, file):
        self.file, self.hash = file, hashlib.sha256()

    def write(self, data):
        self.hash.update(data)
        return self.file.write(data)

    def flush(self):
        self.file.flush()


def write_layer(file):
    """The digests of the layer as it is written, and of the tar file in it."""
    outer = Hashed(file)
    with gzip.GzipFile(filename="", mode="wb", compresslevel=6, fileobj=outer, mtime=0) as packed:
        inner = Hashed(packed)
        with tarfile.open(fileobj=inner, mode="w|", format=tarfile.PAX_FORMAT) as tar:
            for path in entries():
                entry = tar.gettarinfo(asked.folder / path, str(path))
                if entry is None:
                    continue
                entry.mtime = min(int(entry.mtime), asked.time)
                entry.uname = entry.gname = ""
                if entry.isreg():
                    with open(asked.folder / path, "rb") as content:
                        tar.addfile(entry, content)
                else:
                    tar.addfile(entry)
    return outer.hash.hexdigest(), inner.hash.hexdigest()


def encoded(value):
    return json.dumps(value, sort_keys=True).encode()


def main():
    created = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(asked.time))
    with tempfile.TemporaryFile(dir=asked.image.parent) as layer:
        digest, inner = write_layer(layer)
        size = layer.tell()
        config = encoded({
            "created": created, "architecture": asked.architecture, "os": "linux",
            "config": {
                "User": asked.user,
                "Env": ["PATH=/usr/bin:/bin", "LC_ALL=C.UTF-8", "HOME=/var/lib/likeness", "XDG_DATA_HOME=/var/lib"],
                "Entrypoint": ["likeness"], "Cmd": ["serve", "--host", "0.0.0.0", "--log-format", "json"],
                "WorkingDir": "/var/lib/likeness", "Volumes": {"/var/lib/likeness": {}}, "ExposedPorts": {"8080/tcp": {}},
                "StopSignal": "SIGTERM",
                "Healthcheck": {
                    "Test": ["CMD", "likeness", "health"], "Interval": 30 * SECOND, "Timeout": 10 * SECOND,
                    "StartPeriod": 60 * SECOND, "Retries": 3},
                "Labels": {
                    "org.opencontainers.image.title": "likeness", "org.opencontainers.image.version": asked.version,
                    "org.opencontainers.image.licenses": "MIT", "org.opencontainers.image.created": created}},
            "rootfs": {"type": "layers", "diff_ids": [f"sha256:{inner}"]},
            "history": [{"created": created, "created_by": "Scripts/image"}]})

        def described(kind, data):
            return {"mediaType": f"application/vnd.oci.image.{kind}.v1+json", "size": len(data),
                    "digest": f"sha256:{hashlib.sha256(data).hexdigest()}"}

        manifest = encoded({
            "schemaVersion": 2, "mediaType": "application/vnd.oci.image.manifest.v1+json", "config": described("config", config),
            "layers": [{"mediaType": "application/vnd.oci.image.layer.v1.tar+gzip", "size": size, "digest": f"sha256:{digest}"}]})
        tag = f"likeness:{asked.version.replace('~', '-').replace('+', '-')}"
        reference = {
            **described("manifest", manifest), "platform": {"architecture": asked.architecture, "os": "linux"},
            "annotations": {"org.opencontainers.image.ref.name": tag.split(":")[1], "io.containerd.image.name": f"docker.io/library/{tag}"}}

        def blob(data):
            return f"blobs/sha256/{hashlib.sha256(data).hexdigest()}"

        files = {
            "oci-layout": encoded({"imageLayoutVersion": "1.0.0"}),
            "index.json": encoded({
                "schemaVersion": 2, "mediaType": "application/vnd.oci.image.index.v1+json", "manifests": [reference]}),
            "manifest.json": encoded([{"Config": blob(config), "RepoTags": [tag], "Layers": [f"blobs/sha256/{digest}"]}]),
            blob(config): config, blob(manifest): manifest}
        fresh = asked.image.with_suffix(".new")
        try:
            with tarfile.open(fresh, "w", format=tarfile.PAX_FORMAT) as tar:
                for name, data in sorted(files.items()):
                    entry = tarfile.TarInfo(name)
                    entry.size, entry.mtime, entry.mode = len(data), asked.time, 0o644
                    tar.addfile(entry, io.BytesIO(data))
                entry = tarfile.TarInfo(f"blobs/sha256/{digest}")
                entry.size, entry.mtime, entry.mode = size, asked.time, 0o644
                layer.seek(0)
                tar.addfile(entry, layer)
            fresh.rename(asked.image)
        finally:
            fresh.unlink(missing_ok=True)


main()
