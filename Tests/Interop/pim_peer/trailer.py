"""Signed PeerInfo: the trailer behind its body (design/extensions.md section 3)."""

from __future__ import annotations

from dataclasses import dataclass

from .control import PeerInfo
from .errors import CryptoError, FrameError
from .features import SESSIONS, effective
from .identity import Identity, node_id_of, verify
from .reader import Reader

MAGIC = b"PIMX"
LIMIT = 1024
ORIGIN, FEATURES, OFFER, ANSWER = 1, 2, 3, 4
_LENGTHS = {ORIGIN: 96, FEATURES: 4, OFFER: 32, ANSWER: 64}


@dataclass(frozen=True)
class Trailer:
    public_key: bytes
    signature: bytes
    features: int
    offer: bytes | None
    answer: tuple[bytes, bytes] | None
    """The answering node's key, and the offered one."""
    signed: bytes
    """Every byte of the frame before the signature."""

    def check(self, source: bytes, destination: bytes) -> None:
        """Raises CryptoError unless `source` signed this for `destination`."""
        if source == destination:
            raise CryptoError("PeerInfo of the receiver itself")
        if node_id_of(self.public_key) != source:
            raise CryptoError("PeerInfo signed by another node")
        verify(self.signature, to_sign(self.signed, source, destination), self.public_key)


def to_sign(frame: bytes, source: bytes, destination: bytes) -> bytes:
    return b"pim-origin-v1" + source + destination + frame


def value(kind: int, content: bytes) -> bytes:
    return bytes([kind]) + len(content).to_bytes(2, "big") + content


def signed_peer_info(
    identity: Identity,
    destination: bytes,
    name: str,
    features: int,
    offer: bytes | None = None,
    answer: tuple[bytes, bytes] | None = None,
    source: bytes | None = None,
) -> bytes:
    """The bytes of the control frame; a liar names another source than itself."""
    frame = PeerInfo(identity.x25519_public, name).encode() + MAGIC
    if features:
        frame += value(FEATURES, features.to_bytes(4, "big"))
    if offer:
        frame += value(OFFER, offer)
    if answer:
        frame += value(ANSWER, answer[0] + answer[1])
    frame += value(ORIGIN, bytes(96))[:3] + identity.public_key
    return frame + identity.sign(to_sign(frame, source or identity.node_id, destination))


def read_trailer(frame: bytes) -> Trailer | None:
    """What follows the body of a whole PeerInfo frame: None for an unsigned one, FrameError for a bad trailer."""
    reader = Reader(frame)
    reader.take(33)
    reader.take(reader.number(1))
    rest = reader.rest()
    if rest[:4] != MAGIC:
        return None
    if len(rest) - 4 > LIMIT:
        raise FrameError("trailer too long")
    reader = Reader(rest[4:])
    values: dict[int, bytes] = {}
    while ORIGIN not in values:
        kind = reader.number(1)
        content = reader.take(reader.number(2))
        if kind in values or len(content) != _LENGTHS.get(kind, len(content)):
            raise FrameError(f"type {kind} twice or of a wrong length")
        values[kind] = content
    if reader.remaining:
        raise FrameError("the origin is not the last value")
    features = effective(int.from_bytes(values.get(FEATURES, b""), "big"))
    exchanges = [kind for kind in (OFFER, ANSWER) if kind in values]
    if len(exchanges) > 1 or (exchanges and not features & SESSIONS):
        raise FrameError("offer and answer, or one without sessions")
    answer = values.get(ANSWER)
    return Trailer(
        public_key=values[ORIGIN][:32],
        signature=values[ORIGIN][32:],
        features=features,
        offer=values.get(OFFER),
        answer=(answer[:32], answer[32:]) if answer else None,
        signed=frame[:-64],
    )
