#!/usr/bin/env python3
"""Writes src/likeness_client/types.py from the server's OpenAPI document.

generate_types.py           writes it
generate_types.py --check   says whether it is as it would be written, and exits with 1 where it is not
"""

import json
import keyword
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
DOCUMENT = HERE / "../../Sources/LikenessServer/OpenAPI/openapi.json"
TARGET = HERE / "src/likeness_client/types.py"

PLAIN = {"string": "str", "integer": "int", "number": "float", "boolean": "bool", "null": "None"}


class Writer:
    def __init__(self, schemas: dict) -> None:
        self.schemas = schemas
        self.done: dict[str, str] = {}

    def type_of(self, schema: dict, owner: str) -> str:
        """The type of a value, and the classes that it needs."""
        if "$ref" in schema:
            name = schema["$ref"].rsplit("/", 1)[-1]
            self.named(name)
            return name
        for key in ("oneOf", "anyOf"):
            if key in schema:
                return " | ".join(dict.fromkeys(self.type_of(part, owner) for part in schema[key]))
        if "enum" in schema and all(isinstance(value, str) for value in schema["enum"]):
            return "Literal[" + ", ".join(json.dumps(value) for value in schema["enum"]) + "]"
        kind = schema.get("type")
        if isinstance(kind, list):
            parts = [self.type_of({**schema, "type": one}, owner) for one in kind]
            return " | ".join(dict.fromkeys(parts))
        if kind == "array":
            return f"list[{self.type_of(schema.get('items', {}), owner + 'Item')}]"
        if kind == "object" or "properties" in schema:
            if "properties" in schema:
                self.write(owner, schema)
                return owner
            values = schema.get("additionalProperties")
            return f"dict[str, {self.type_of(values, owner) if isinstance(values, dict) else 'Any'}]"
        return PLAIN.get(kind, "Any")

    def named(self, name: str) -> None:
        if name not in self.done:
            self.done[name] = ""
            self.write(name, self.schemas[name])

    def write(self, name: str, schema: dict) -> None:
        parents, fields, required = [], {}, set()
        for part in schema.get("allOf", [schema]):
            if "$ref" in part:
                parent = part["$ref"].rsplit("/", 1)[-1]
                self.named(parent)
                parents.append(parent)
            else:
                fields |= part.get("properties", {})
                required |= set(part.get("required", []))
        lines, entries = [], []
        for key, value in fields.items():
            kind = self.type_of(value, name + key[0].upper() + key[1:])
            kind = kind if key in required else f"NotRequired[{kind}]"
            entries.append(f'    "{key}": {kind},')
            lines.append(f"    {key}: {kind}")
            description = value.get("description")
            if description:
                lines.append(f'    """{description}"""')
        # What a class needs is written before it.
        self.done.pop(name, None)
        if any(keyword.iskeyword(key) for key in fields):
            # No class has a member that is called by a word of Python.
            body = "\n".join(entries)
            self.done[name] = f'{name} = TypedDict("{name}", {{\n{body}\n}})'
            return
        self.done[name] = f"class {name}({', '.join(parents) or 'TypedDict'}):\n" + "\n".join(
            lines or ["    pass"]
        )


def text() -> str:
    schemas = json.loads(DOCUMENT.read_text())["components"]["schemas"]
    writer = Writer(schemas)
    for name in schemas:
        if name != "CompreFaceError":
            writer.named(name)
    head = (
        '"""What the API of Likeness takes and answers. Written by generate_types.py from the OpenAPI document."""\n\n'
        "from __future__ import annotations\n\n"
        "from typing import Any, Literal, NotRequired, TypedDict\n"
    )
    return head + "".join(f"\n\n{body}\n" for body in writer.done.values())


if __name__ == "__main__":
    if "--check" in sys.argv[1:]:
        if TARGET.read_text() != text():
            raise SystemExit(f"{TARGET.name} is not as {Path(__file__).name} writes it: run it")
    else:
        TARGET.write_text(text())
