"""server_bodies.py FOLDER EMBEDDINGS: what wrk is to ask, as Lua files in a folder that has small.jpg and large.jpg."""
import sys
from pathlib import Path

folder, embeddings = Path(sys.argv[1]), Path(sys.argv[2])
BOUNDARY = "likeness-bench"


def lua(data: bytes) -> str:
    return '"' + "".join(f"\\{byte:03d}" for byte in data) + '"'


def write(name: str, path: str, kind: str, bodies: list[bytes]) -> None:
    (folder / f"{name}.lua").write_text(
        f'return {{ path = "{path}", headers = {{ ["Content-Type"] = "{kind}" }}, '
        f'bodies = {{ {", ".join(lua(body) for body in bodies)} }} }}\n')


def form(**files: Path) -> bytes:
    body = b""
    for part, file in files.items():
        body += (f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{part}"; filename="{file.name}"\r\n'
                 "Content-Type: image/jpeg\r\n\r\n").encode() + file.read_bytes() + b"\r\n"
    return body + f"--{BOUNDARY}--\r\n".encode()


multipart = f"multipart/form-data; boundary={BOUNDARY}"
write("embedding", "/api/v1/search", "application/json", embeddings.read_bytes().splitlines())
for size in ["small", "large"]:
    photo = folder / f"{size}.jpg"
    write(f"photo-{size}", "/api/v1/search", multipart, [form(file=photo)])
    write(f"verify-{size}", "/api/v1/verify", multipart, [form(a=photo, b=photo)])
