"""Questions to a running server, and its answers as typed dictionaries."""

from __future__ import annotations

import http.client
import json
import os
import urllib.error
import urllib.parse
import urllib.request
import uuid
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, BinaryIO, Literal, TypeAlias, cast

from . import types

Photo: TypeAlias = "str | os.PathLike[str] | bytes | BinaryIO"
"""A photo: the path of a file, its bytes, or a file that is open for reading bytes."""


class LikenessError(Exception):
    """The server refuses a request."""

    def __init__(self, status: int, code: str, message: str, request: str | None = None) -> None:
        super().__init__(message)
        self.status = status
        """The HTTP status."""
        self.code = code
        """What programs look at, such as `no_face`; see `Error` in the OpenAPI document."""
        self.message = message
        """A sentence for people."""
        self.request = request
        """The request's id, as the server's log has it."""


class ConnectionFailed(Exception):
    """The server does not answer, or not as Likeness does."""


class Client:
    """A Likeness server.

    >>> client = Client("http://127.0.0.1:8080")
    >>> for face in client.search("party.jpg")["faces"]:
    ...     print(face["matches"][0]["name"] if face["recognition"]["known"] else "unknown")

    Every question raises `LikenessError` where the server refuses it, and `ConnectionFailed` where it does not answer. A client may be
    shared by threads.
    """

    def __init__(
        self, url: str = "http://127.0.0.1:8080", *, key: str | None = None, timeout: float = 60
    ) -> None:
        """
        url: where the server answers.
        key: of `likeness keys add`, where the server has keys.
        timeout: seconds without a byte after which a request fails.
        """
        parts = urllib.parse.urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.netloc:
            raise ValueError(f"{url} is not an address such as http://127.0.0.1:8080")
        self._url = url.rstrip("/")
        self._key = key
        self._timeout = timeout

    # The server

    def info(self) -> types.Info:
        """What the server and its gallery are."""
        return cast(types.Info, self._json("GET", "/api/v1/info"))

    def is_ready(self) -> bool:
        """Whether it can answer questions now; False also where there is no server."""
        try:
            self._send("GET", "/ready")
        except (LikenessError, ConnectionFailed):
            return False
        return True

    # Questions

    def search(
        self,
        photo: Photo,
        *,
        count: int = 10,
        metric: Literal["l2", "l1", "cosine"] | None = None,
        per: Literal["name", "photo"] | None = None,
        filter: types.Filter | None = None,
        include_doubtful: bool = False,
    ) -> types.SearchAnswer:
        """Who is on a photo: for every face the nearest of the gallery, and whether it is known."""
        fields = {"count": str(count)}
        if metric:
            fields["metric"] = metric
        if per:
            fields["per"] = per
        if filter:
            fields["filter"] = json.dumps(filter)
        return cast(
            types.SearchAnswer,
            self._form(
                "/api/v1/search", [("file", photo)], fields, includeDoubtful=include_doubtful
            ),
        )

    def search_by(self, **query: Any) -> types.SearchAnswer:
        """As `search`, for one of `embedding`, `face`, `name` and `person`; see `types.SearchQuery`."""
        return cast(types.SearchAnswer, self._json("POST", "/api/v1/search", query))

    def verify(self, a: Photo, b: Photo, *, include_doubtful: bool = False) -> types.VerifyAnswer:
        """Whether two photos show one person."""
        return cast(
            types.VerifyAnswer,
            self._form("/api/v1/verify", [("a", a), ("b", b)], includeDoubtful=include_doubtful),
        )

    def detect(self, photo: Photo, *, embeddings: bool = False) -> types.Detection:
        """The faces of a photo, which is not added."""
        return cast(
            types.Detection,
            self._form("/api/v1/detect", [("file", photo)], embeddings=embeddings),
        )

    def compose(self, query: str, *, count: int = 10) -> types.ComposeAnswer:
        """Faces of a person with an attribute, such as `person:ann + expression:happy`."""
        return cast(
            types.ComposeAnswer,
            self._json("POST", "/api/v1/compose", {"query": query, "count": count}),
        )

    # Photos

    def add(
        self, *photos: Photo, name: str | None = None, labels: Mapping[str, str] | None = None
    ) -> types.AddAnswer:
        """Adds photos. One that cannot be read is no error: its `status` says so.

        name: who the most prominent face of each is.
        labels: what else is said about it.
        """
        fields = {}
        if name is not None:
            fields["name"] = name
        if labels:
            fields["labels"] = json.dumps(dict(labels))
        return cast(
            types.AddAnswer,
            self._form("/api/v1/photos", [("file", photo) for photo in photos], fields),
        )

    def photos(self, *, search: str | None = None) -> Iterator[types.Photo]:
        """All photos, page by page."""
        return cast(
            "Iterator[types.Photo]", self._pages("/api/v1/photos", "photos", search=search)
        )

    def photo(self, photo: int) -> types.PhotoWithFaces:
        """A photo with its faces."""
        return cast(types.PhotoWithFaces, self._json("GET", f"/api/v1/photos/{photo:d}"))

    def image(self, photo: int, *, side: int | None = None) -> bytes:
        """A JPEG of a photo, with at most so many pixels on its longer side."""
        return self._send("GET", f"/api/v1/photos/{photo:d}/image", side=side)

    def remove_photo(self, photo: int) -> types.Receipt:
        """Removes a photo with its faces."""
        return cast(types.Receipt, self._json("DELETE", f"/api/v1/photos/{photo:d}"))

    # Faces

    def faces(
        self, *, name: str | None = None, person: int | None = None, label: str | None = None
    ) -> Iterator[types.Face]:
        """All faces, or those of a name, of a person, or with a label written `key:value`, page by page."""
        return cast(
            "Iterator[types.Face]",
            self._pages("/api/v1/faces", "faces", name=name, person=person, label=label),
        )

    def face(self, face: int, *, embedding: bool = False) -> types.Face:
        """A face, also with its embedding."""
        return cast(
            types.Face, self._json("GET", f"/api/v1/faces/{face:d}", embedding=embedding)
        )

    def thumbnail(self, face: int) -> bytes:
        """A small JPEG of a face."""
        return self._send("GET", f"/api/v1/faces/{face:d}/thumbnail")

    def name_face(self, face: int, name: str | None) -> types.Face:
        """Says whose face it is, or with None that nobody knows."""
        return cast(types.Face, self._json("PATCH", f"/api/v1/faces/{face:d}", {"name": name}))

    def label_face(self, face: int, labels: Mapping[str, str | None]) -> types.Face:
        """Sets labels of a face; None takes one away."""
        return cast(
            types.Face, self._json("PATCH", f"/api/v1/faces/{face:d}", {"labels": dict(labels)})
        )

    def add_face(
        self, photo: int, box: types.Box, *, name: str | None = None
    ) -> types.Face:
        """Adds a face that was not found, in a box in pixels of the photo."""
        body: dict[str, Any] = {"box": box}
        if name is not None:
            body["name"] = name
        return cast(types.Face, self._json("POST", f"/api/v1/photos/{photo:d}/faces", body))

    def remove_face(self, face: int, *, blur: bool = False) -> types.Receipt:
        """Removes a face; with `blur` it is covered in the photo that the gallery keeps."""
        return cast(types.Receipt, self._json("DELETE", f"/api/v1/faces/{face:d}", blur=blur))

    def names(self) -> list[types.NameCount]:
        """Every name, with how many faces go by it."""
        return cast("list[types.NameCount]", self._json("GET", "/api/v1/names")["names"])

    # People

    def people(
        self, *, search: str | None = None, include_hidden: bool = False
    ) -> Iterator[types.Person]:
        """Everybody, with or without a name, those with most faces first."""
        offset, limit = 0, 200
        while True:
            page = self._json(
                "GET",
                "/api/v1/people",
                offset=offset,
                limit=limit,
                search=search,
                includeHidden=include_hidden,
            )
            yield from page["people"]
            offset += limit
            if offset >= page["total"] or not page["people"]:
                return

    def person(self, person: int) -> types.PersonWithFaces:
        """A person with all faces."""
        return cast(types.PersonWithFaces, self._json("GET", f"/api/v1/people/{person:d}"))

    def name_person(self, person: int, name: str | None) -> types.EditAnswer:
        """Names a person, or takes the name away."""
        return cast(
            types.EditAnswer, self._json("PATCH", f"/api/v1/people/{person:d}", {"name": name})
        )

    def merge(
        self, people: Sequence[int], *, name: str | None = None, anyway: bool = False
    ) -> types.EditAnswer:
        """Says that several people are one."""
        body: dict[str, Any] = {"people": list(people), "anyway": anyway}
        if name is not None:
            body["name"] = name
        return cast(types.EditAnswer, self._json("POST", "/api/v1/people/merge", body))

    def undo(self, edit: int | None = None) -> types.EditAnswer:
        """Undoes the last edit of people, or the given one where it is the last."""
        body = {} if edit is None else {"edit": edit}
        return cast(types.EditAnswer, self._json("POST", "/api/v1/people/undo", body))

    def remove_person(self, person: int, *, blur: bool = False) -> types.Receipt:
        """Removes a person with all faces."""
        return cast(types.Receipt, self._json("DELETE", f"/api/v1/people/{person:d}", blur=blur))

    # Requests

    def _pages(self, path: str, key: str, **parameters: Any) -> Iterator[Any]:
        after = 0
        while True:
            page = self._json("GET", path, after=after, limit=500, **parameters)
            yield from page[key]
            if page["next"] is None:
                return
            after = page["next"]

    def _form(
        self,
        path: str,
        files: Sequence[tuple[str, Photo]],
        fields: Mapping[str, str] | None = None,
        **parameters: Any,
    ) -> Any:
        boundary = uuid.uuid4().hex
        parts = bytearray()
        for name, value in (fields or {}).items():
            parts += _head(boundary, name) + b"\r\n" + value.encode() + b"\r\n"
        for name, photo in files:
            title, data = _read(photo)
            parts += _head(boundary, name, title)
            parts += b"Content-Type: application/octet-stream\r\n\r\n" + data + b"\r\n"
        parts += f"--{boundary}--\r\n".encode()
        kind = f"multipart/form-data; boundary={boundary}"
        return self._parsed(self._send("POST", path, bytes(parts), kind, **parameters))

    def _json(self, method: str, path: str, body: Any = None, **parameters: Any) -> Any:
        data = None if body is None else json.dumps(body).encode()
        kind = None if body is None else "application/json"
        return self._parsed(self._send(method, path, data, kind, **parameters))

    def _parsed(self, data: bytes) -> Any:
        try:
            return json.loads(data)
        except ValueError:
            raise ConnectionFailed(f"{self._url} does not answer as Likeness does") from None

    def _send(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        kind: str | None = None,
        **parameters: Any,
    ) -> bytes:
        query = {
            name: str(value).lower() if isinstance(value, bool) else value
            for name, value in parameters.items()
            if value is not None and value is not False
        }
        url = self._url + path + ("?" + urllib.parse.urlencode(query) if query else "")
        request = urllib.request.Request(url, body, method=method)
        if kind:
            request.add_header("Content-Type", kind)
        if self._key:
            request.add_header("x-api-key", self._key)
        try:
            with urllib.request.urlopen(request, timeout=self._timeout) as answer:
                return cast(bytes, answer.read())
        except urllib.error.HTTPError as error:
            raise _refusal(error) from None
        except OSError as error:
            reason = getattr(error, "reason", error)
            raise ConnectionFailed(f"{self._url} does not answer: {reason}") from error
        except http.client.HTTPException as error:
            # No HTTP, or an answer that ends too early.
            raise ConnectionFailed(f"{self._url} does not answer as Likeness does") from error


def _refusal(error: urllib.error.HTTPError) -> LikenessError:
    try:
        said = json.loads(error.read())["error"]
        return LikenessError(error.code, said["code"], said["message"], said.get("request"))
    except (ValueError, KeyError, TypeError, OSError, http.client.HTTPException):
        return LikenessError(error.code, "unknown", f"the server answers {error.code} {error.reason}")


def _head(boundary: str, name: str, title: str | None = None) -> bytes:
    text = f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"'
    if title is not None:
        # As browsers escape file names.
        quoted = title.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")
        text += f'; filename="{quoted}"'
    return (text + "\r\n").encode("utf-8", "surrogateescape")


def _read(photo: Photo) -> tuple[str, bytes]:
    """A photo's title and bytes."""
    if isinstance(photo, bytes):
        return "photo", photo
    if isinstance(photo, (str, os.PathLike)):
        path = Path(photo)
        return path.name, path.read_bytes()
    return Path(str(getattr(photo, "name", "photo"))).name, photo.read()
