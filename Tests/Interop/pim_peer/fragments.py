"""Fragments of a mesh payload (spec/wire.md section 10)."""

from __future__ import annotations

from dataclasses import dataclass

from .errors import FrameError
from .reader import Reader

THRESHOLD = 1160
PIECE = 1200


@dataclass(frozen=True)
class Fragment:
    id: int
    offset: int
    total: int
    piece: bytes

    @property
    def is_last(self) -> bool:
        return self.offset + len(self.piece) == self.total

    def encode(self) -> bytes:
        return self.header() + self.piece

    def header(self) -> bytes:
        return self.id.to_bytes(4, "big") + self.offset.to_bytes(2, "big") + self.total.to_bytes(2, "big")

    @classmethod
    def decode(cls, data: bytes) -> Fragment:
        reader = Reader(data)
        fragment = cls(reader.number(4), reader.number(2), reader.number(2), reader.rest())
        if fragment.offset + len(fragment.piece) > fragment.total:
            raise FrameError("fragment runs past its total length")
        return fragment


def split(payload: bytes, fragment_id: int) -> list[Fragment]:
    """The pieces a sender makes; none when the payload travels whole."""
    if len(payload) <= THRESHOLD:
        return []
    offsets = range(0, len(payload), PIECE)
    return [Fragment(fragment_id, at, len(payload), payload[at : at + PIECE]) for at in offsets]
