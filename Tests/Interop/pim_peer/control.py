"""Control frames (spec/wire.md section 13)."""

from __future__ import annotations

from dataclasses import dataclass

from .errors import FrameError
from .reader import Reader


def _text(raw: bytes) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as reason:
        raise FrameError("text is not UTF-8") from reason


@dataclass(frozen=True)
class Goodbye:
    departing: bytes
    reason: int = 0

    def encode(self) -> bytes:
        return b"\x03" + self.departing + bytes([self.reason])


@dataclass(frozen=True)
class Rekey:
    def encode(self) -> bytes:
        return b"\x04"


@dataclass(frozen=True)
class Ping:
    nonce: int

    def encode(self) -> bytes:
        return b"\x05" + self.nonce.to_bytes(8, "big")


@dataclass(frozen=True)
class Pong:
    nonce: int

    def encode(self) -> bytes:
        return b"\x06" + self.nonce.to_bytes(8, "big")


@dataclass(frozen=True)
class PeerInfo:
    x25519: bytes
    name: str

    def encode(self) -> bytes:
        # Cut at a character boundary: a receiver refuses half a character.
        raw = self.name.encode()[:255].decode("utf-8", "ignore").encode()
        return b"\x07" + self.x25519 + bytes([len(raw)]) + raw


@dataclass(frozen=True)
class PluginPayload:
    kind: str
    body: bytes

    def encode(self) -> bytes:
        kind = self.kind.encode()
        if len(kind) > 255 or len(self.body) > 65_535:
            raise FrameError("plugin payload too long")
        return b"\x08" + bytes([len(kind)]) + kind + len(self.body).to_bytes(2, "big") + self.body


ControlFrame = Goodbye | Rekey | Ping | Pong | PeerInfo | PluginPayload


def decode_control(data: bytes) -> ControlFrame:
    reader = Reader(data)
    tag = reader.number(1)
    match tag:
        case 3:
            return Goodbye(reader.take(16), reader.number(1))
        case 4:
            return Rekey()
        case 5:
            return Ping(reader.number(8))
        case 6:
            return Pong(reader.number(8))
        case 7:
            return PeerInfo(reader.take(32), _text(reader.take(reader.number(1))))
        case 8:
            kind = _text(reader.take(reader.number(1)))
            return PluginPayload(kind, reader.take(reader.number(2)))
    raise FrameError(f"unknown or retired control tag {tag}")
