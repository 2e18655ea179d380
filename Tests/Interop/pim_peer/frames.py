"""Stream framing, the transport frame and the payloads that travel in it (spec/wire.md sections 5 to 9, 11, 12)."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from .errors import FrameError, FramingError
from .identity import Identity
from .reader import Reader

STREAM_LIMIT = 1_048_576
MESH_PAYLOAD_LIMIT = 65_535
ROUTE_ENTRY_LIMIT = 1000

HANDSHAKE, DATA, ROUTE_UPDATE, HEARTBEAT, CONTROL, FRAGMENT = range(1, 7)

IS_FRAGMENT, IS_INTERNET, IS_E2E, IS_CONTROL = 0x01, 0x10, 0x20, 0x40


@dataclass(frozen=True)
class TransportFrame:
    type: int
    payload: bytes
    nonce: bytes = bytes(12)
    tag: bytes = bytes(16)

    def encode(self) -> bytes:
        head = b"PM\x01" + bytes([self.type]) + len(self.payload).to_bytes(4, "big")
        return head + self.nonce + self.payload + self.tag

    def stream_message(self) -> bytes:
        encoded = self.encode()
        return len(encoded).to_bytes(4, "big") + encoded

    @classmethod
    def decode(cls, data: bytes) -> TransportFrame:
        reader = Reader(data)
        if reader.remaining < 20:
            raise FrameError("transport header shorter than 20 bytes")
        if reader.take(2) != b"PM":
            raise FrameError("bad magic")
        if reader.number(1) != 1:
            raise FrameError("unsupported version")
        kind = reader.number(1)
        if not HANDSHAKE <= kind <= FRAGMENT:
            raise FrameError("unknown frame type")
        length = reader.number(4)
        if length > STREAM_LIMIT:
            raise FrameError("payload length above the limit")
        nonce = reader.take(12)
        payload = reader.take(length)
        return cls(kind, payload, nonce, reader.take(16))


class StreamFramer:
    """Cuts a byte stream into messages; bytes behind an incomplete message wait."""

    def __init__(self):
        self._buffer = bytearray()

    def feed(self, data: bytes) -> None:
        self._buffer += data

    def next(self) -> bytes | None:
        if len(self._buffer) < 4:
            return None
        length = int.from_bytes(self._buffer[:4], "big")
        if length > STREAM_LIMIT:
            raise FramingError(f"message of {length} bytes announced")
        if len(self._buffer) < 4 + length:
            return None
        message = bytes(self._buffer[4 : 4 + length])
        del self._buffer[: 4 + length]
        return message


INIT, RESPONSE, CONFIRM = 0, 1, 2


@dataclass(frozen=True)
class Hello:
    """Init (kind 0) or Response (kind 1)."""

    kind: int
    public_key: bytes
    ephemeral: bytes
    nonce: bytes
    signature: bytes

    @property
    def signed(self) -> bytes:
        return self.ephemeral + self.nonce

    def encode(self) -> bytes:
        return bytes([self.kind]) + self.public_key + self.ephemeral + self.nonce + self.signature


@dataclass(frozen=True)
class Confirm:
    mac: bytes

    def encode(self) -> bytes:
        return bytes([CONFIRM]) + self.mac


def decode_handshake(payload: bytes) -> Hello | Confirm:
    reader = Reader(payload)
    kind = reader.number(1)
    if kind == CONFIRM:
        return Confirm(reader.take(32))
    if kind not in (INIT, RESPONSE):
        raise FrameError("unknown handshake kind")
    return Hello(kind, reader.take(32), reader.take(32), reader.take(32), reader.take(64))


@dataclass(frozen=True)
class MeshFrame:
    source: bytes
    destination: bytes
    payload: bytes
    ttl: int = 8
    flags: int = 0
    session_id: int = 0

    def encode(self) -> bytes:
        if len(self.payload) > MESH_PAYLOAD_LIMIT:
            raise FrameError("mesh payload too long")
        numbers = self.session_id.to_bytes(4, "big") + bytes([self.ttl, self.flags])
        return self.source + self.destination + numbers + len(self.payload).to_bytes(2, "big") + self.payload

    @classmethod
    def decode(cls, data: bytes) -> MeshFrame:
        reader = Reader(data)
        source, destination = reader.take(16), reader.take(16)
        session_id, ttl = reader.number(4), reader.number(1)
        flags = reader.number(1) & 0x7F
        return cls(source, destination, reader.take(reader.number(2)), ttl, flags, session_id)


@dataclass(frozen=True)
class RouteEntry:
    destination: bytes
    hops: int
    is_gateway: bool = False
    mesh_ipv4: bytes = bytes(4)

    def encode(self) -> bytes:
        return self.destination + bytes([self.hops, 1 if self.is_gateway else 0]) + self.mesh_ipv4


@dataclass(frozen=True)
class RouteUpdate:
    origin: bytes
    sequence: int
    entries: tuple[RouteEntry, ...] = ()
    signature: bytes = field(default=bytes(64))

    @property
    def signed(self) -> bytes:
        count = len(self.entries).to_bytes(2, "big")
        return self.origin + self.sequence.to_bytes(8, "big") + count + b"".join(e.encode() for e in self.entries)

    def signed_by(self, identity: Identity) -> RouteUpdate:
        return replace(self, signature=identity.sign(self.signed))

    def encode(self) -> bytes:
        return self.signed + self.signature

    @classmethod
    def decode(cls, payload: bytes) -> RouteUpdate:
        reader = Reader(payload)
        origin, sequence, count = reader.take(16), reader.number(8), reader.number(2)
        if count > ROUTE_ENTRY_LIMIT:
            raise FrameError(f"{count} route entries")
        entries = []
        for _ in range(count):
            destination, hops, flags = reader.take(16), reader.number(1), reader.number(1)
            entries.append(RouteEntry(destination, hops, bool(flags & 1), reader.take(4)))
        return cls(origin, sequence, tuple(entries), reader.take(64))


@dataclass(frozen=True)
class Heartbeat:
    sender: bytes
    timestamp_ms: int
    gateway_hops: int = 255
    load: int = 0
    gateway_key: bytes = bytes(32)

    def encode(self) -> bytes:
        numbers = self.timestamp_ms.to_bytes(8, "big") + bytes([self.gateway_hops, self.load])
        return self.sender + numbers + self.gateway_key

    @classmethod
    def decode(cls, payload: bytes) -> Heartbeat:
        reader = Reader(payload)
        return cls(reader.take(16), reader.number(8), reader.number(1), reader.number(1), reader.take(32))
