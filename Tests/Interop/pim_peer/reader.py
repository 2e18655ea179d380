"""Reads big-endian fields from the front of a buffer (spec/wire.md section 1)."""

from .errors import FrameError


class Reader:
    """Consumes a buffer from the front; asking for more than there is raises FrameError."""

    def __init__(self, data: bytes):
        self._data = bytes(data)
        self._at = 0

    @property
    def remaining(self) -> int:
        return len(self._data) - self._at

    def take(self, count: int) -> bytes:
        if count > self.remaining:
            raise FrameError(f"{count} bytes needed, {self.remaining} left")
        piece = self._data[self._at : self._at + count]
        self._at += count
        return piece

    def rest(self) -> bytes:
        return self.take(self.remaining)

    def number(self, width: int) -> int:
        return int.from_bytes(self.take(width), "big")
