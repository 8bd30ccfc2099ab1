"""Milvus' own client for Python at the same work as bench-scale: the same rows, the same questions.

pymilvus_scale.py add URI NAME FROM TO | search URI NAME QUESTIONS [FILTER]
"""

import base64
import json
import random
import sys
import time

import numpy
from pymilvus import DataType, MilvusClient

batch = 200
command, uri, name = sys.argv[1:4]
client = MilvusClient(uri=uri)


def create():
    faces = client.create_schema()
    faces.add_field("id", DataType.INT64, is_primary=True)
    for field in ("photo", "ordinal"):
        faces.add_field(field, DataType.INT64)
    faces.add_field("name", DataType.VARCHAR, max_length=2000)
    faces.add_field("quality", DataType.DOUBLE)
    for field in ("labels", "details", "origin"):
        faces.add_field(field, DataType.JSON)
    faces.add_field("embedding", DataType.FLOAT_VECTOR, dim=128)
    records = client.create_schema()
    records.add_field("key", DataType.VARCHAR, max_length=2100, is_primary=True)
    records.add_field("kind", DataType.VARCHAR, max_length=40)
    for field in ("number", "count"):
        records.add_field(field, DataType.INT64)
    records.add_field("text", DataType.VARCHAR, max_length=2000)
    records.add_field("body", DataType.JSON)
    records.add_field("vector", DataType.FLOAT_VECTOR, dim=2)
    for suffix, schema, vector in (("faces", faces, "embedding"), ("records", records, "vector")):
        collection = f"{name}_{suffix}"
        if client.has_collection(collection):
            continue
        index = client.prepare_index_params()
        index.add_index(vector, index_type="FLAT", metric_type="L2")
        client.create_collection(collection, schema=schema, index_params=index)
        client.load_collection(collection)


def add(start, end):
    generator = numpy.random.default_rng(start)
    picture = base64.b64encode(random.randbytes(4000)).decode()
    photos = []
    for number in range(start, end):
        origin = {
            "digest": f"{number:064x}", "path": f"/made/up/{number}.jpg", "bytes": 9000,
            "modified": 1700000000.5, "width": 250, "height": 250, "turned": 0,
            "detector": "yunet", "added": time.time(),
        }
        details = {
            "x": 80.25, "y": 80.5, "width": 90.125, "height": 90.75,
            "landmarks": [round(value, 5) for value in generator.uniform(0, 250, 10).tolist()],
            "score": 0.9, "size": 90, "sharpness": 8, "yaw": 0.1, "pitch": 0.2, "roll": 0.3,
            "inside": 1, "hasThumbnail": True, "attributes": {},
        }
        face = {
            "id": (number + 1) << 20, "photo": number << 20, "ordinal": 0,
            "name": f"Person {number % 1000}", "quality": 0.9,
            "labels": {"mood": "glad" if number % 3 == 0 else "sad"}, "details": details,
            "origin": origin,
            "embedding": generator.uniform(-0.3, 0.3, 128).astype(numpy.float32),
        }
        photos.append((face, origin))

    def record(key, kind, number, count=0, text="", body=None):
        return {
            "key": key, "kind": kind, "number": number, "count": count, "text": text,
            "body": body or {}, "vector": [1.0, 1.0],
        }

    started = time.time()
    for begin in range(0, len(photos), batch):
        some = photos[begin : begin + batch]
        client.upsert(f"{name}_faces", [face for face, _ in some])
        records = []
        for face, _ in some:
            records.append(record(f"thumbnail/{face['id']}", "thumbnail", face["id"], body={"jpeg": picture}))
            records.append(record(f"unsorted/{face['photo']}", "unsorted", face["photo"], 1))
        records += {
            face["name"]: record(f"name/{face['name']}", "name", 0, text=face["name"]) for face, _ in some
        }.values()
        for part in range(0, len(records), 500):
            client.upsert(f"{name}_records", records[part : part + 500])
        client.upsert(
            f"{name}_records",
            [
                record(f"photo/{face['photo']:016}", "photo", face["photo"], 1, origin["path"], origin)
                for face, origin in some
            ]
            + [record("revision", "revision", int(time.time() * 1e6))],
        )
    print(time.time() - started)
    for suffix in ("faces", "records"):
        client.flush(f"{name}_{suffix}")


def search(questions, condition):
    generator = numpy.random.default_rng(99)
    times = []
    for number in range(questions + 20):
        query = generator.uniform(-0.3, 0.3, 128).astype(numpy.float32)
        started = time.perf_counter()
        found = client.search(
            f"{name}_faces", data=[query], anns_field="embedding", limit=10, filter=condition,
            search_params={"metric_type": "L2", "params": {"ef": 128}}, consistency_level="Strong",
        )
        ended = time.perf_counter()
        assert len(found[0]) == 10
        if number >= 20:
            times.append((ended - started) * 1e3)
    times.sort()
    print(times[len(times) // 2], times[len(times) * 99 // 100])


if command == "create":
    create()
elif command == "add":
    add(int(sys.argv[4]), int(sys.argv[5]))
else:
    search(int(sys.argv[4]), sys.argv[5] if len(sys.argv) > 5 else "")
