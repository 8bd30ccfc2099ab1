"""read_back.py ADDRESS NAME QUERY FILTER: what Milvus' own client finds of a gallery, as JSON.

QUERY is an embedding as little-endian floats in hexadecimal, FILTER an expression for a search by it.
"""

import json
import struct
import sys

from pymilvus import MilvusClient

address, name, query, condition = sys.argv[1:]
client = MilvusClient(uri=address)


def hexadecimal(vector):
    return struct.pack(f"<{len(vector)}f", *vector).hex()


rows = client.query(f"{name}_faces", filter="id > 0", output_fields=["*"], limit=16384)
faces = [
    {
        "id": row["id"],
        "photo": row["photo"],
        "ordinal": row["ordinal"],
        "name": row["name"],
        "quality": row["quality"],
        "labels": row["labels"],
        "score": row["details"]["score"],
        "path": row["origin"]["path"],
        "embedding": hexadecimal(row["embedding"]),
    }
    for row in rows
]
records = client.query(
    f"{name}_records", filter='kind == "photo"', output_fields=["key", "number", "count"], limit=16384
)
vector = list(struct.unpack(f"<{len(query) // 8}f", bytes.fromhex(query)))
found = client.search(
    f"{name}_faces",
    data=[vector],
    anns_field="embedding",
    filter=condition,
    limit=10,
    search_params={"metric_type": "L2", "params": {}},
)[0]
print(
    json.dumps(
        {
            "faces": faces,
            "photos": [{"key": row["key"], "number": row["number"], "count": row["count"]} for row in records],
            "found": [{"id": hit["id"], "distance": hit["distance"]} for hit in found],
        }
    )
)
