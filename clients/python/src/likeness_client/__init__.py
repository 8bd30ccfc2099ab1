"""A client for the HTTP API of Likeness (`likeness serve`), with nothing but Python's own library."""

from .client import Client, ConnectionFailed, LikenessError, Photo
from . import types

__all__ = ["Client", "ConnectionFailed", "LikenessError", "Photo", "types"]
