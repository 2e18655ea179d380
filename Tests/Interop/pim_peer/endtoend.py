"""Sessions between two nodes: key agreement, sealed frames, replay window (design/extensions.md sections 4 and 5)."""

from __future__ import annotations

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from .errors import CryptoError, FrameError
from .identity import hkdf, x25519, x25519_public
from .reader import Reader

PAYLOADS, PACKETS = 0x42, 0x43
WINDOW = 2048
COUNTER_END = 1 << 48


class ReplayWindow:
    def __init__(self):
        self._highest: int | None = None
        self._opened: set[int] = set()

    def admits(self, counter: int) -> bool:
        if self._highest is None or counter > self._highest:
            return True
        return self._highest - counter < WINDOW and counter not in self._opened

    def note(self, counter: int) -> None:
        self._opened.add(counter)
        self._highest = max(counter, counter if self._highest is None else self._highest)
        if len(self._opened) > 2 * WINDOW:
            self._opened = {seen for seen in self._opened if self._highest - seen < WINDOW}


class EndToEnd:
    """One session as one of its two nodes holds it."""

    def __init__(self, own: bytes, peer: bytes, own_secret: bytes, peer_public: bytes, is_initiator: bool):
        self.own, self.peer, self.is_initiator = own, peer, is_initiator
        own_public = x25519_public(own_secret)
        self.offer, self.answer = (own_public, peer_public) if is_initiator else (peer_public, own_public)
        self._agreement = x25519(own_secret, peer_public)
        self.id = self._derive(0, *((own, peer) if is_initiator else (peer, own)), 8)
        self.counters = {PAYLOADS: 0, PACKETS: 0}
        self.windows = {PAYLOADS: ReplayWindow(), PACKETS: ReplayWindow()}
        self.opened = 0

    def _derive(self, tag: int, sender: bytes, receiver: bytes, length: int) -> bytes:
        info = bytes([tag]) + sender + receiver + self.offer + self.answer
        return hkdf(self._agreement, info, b"pim-seal-v1", length)

    def key(self, tag: int, sender: bytes, receiver: bytes) -> bytes:
        return self._derive(tag, sender, receiver, 32)

    def seal(self, plaintext: bytes, tag: int = PAYLOADS, counter: int | None = None) -> bytes:
        if counter is None:
            counter = self.counters[tag]
            self.counters[tag] += 1
        cipher = AESGCM(self.key(tag, self.own, self.peer))
        header = bytes([tag]) + self.id + counter.to_bytes(8, "big")
        return header + cipher.encrypt(bytes(4) + counter.to_bytes(8, "big"), plaintext, None)

    def open(self, frame: bytes) -> bytes:
        tag, _, counter = read_header(frame)
        if not self.windows[tag].admits(counter):
            raise CryptoError("replayed sealed frame")
        try:
            plaintext = AESGCM(self.key(tag, self.peer, self.own)).decrypt(
                bytes(4) + counter.to_bytes(8, "big"), frame[17:], None
            )
        except InvalidTag as reason:
            raise CryptoError("sealed frame does not open") from reason
        self.windows[tag].note(counter)
        self.opened += 1
        return plaintext


def is_sealed(payload: bytes) -> bool:
    return payload[:1] in (b"\x42", b"\x43")


def read_header(frame: bytes) -> tuple[int, bytes, int]:
    """Tag, session id and counter of a whole sealed frame."""
    reader = Reader(frame)
    tag, session, counter = reader.number(1), reader.take(8), reader.number(8)
    if tag not in (PAYLOADS, PACKETS) or reader.remaining < 16 or counter >= COUNTER_END:
        raise FrameError("malformed sealed frame")
    return tag, session, counter


def encode_payload(kind: str, body: bytes) -> bytes:
    raw = kind.encode("ascii")
    if not 1 <= len(raw) <= 255 or len(body) > 65_501 - len(raw):
        raise FrameError("payload without a sealed form")
    return bytes([len(raw)]) + raw + body


def decode_payload(plaintext: bytes) -> tuple[str, bytes] | None:
    """Kind and body; None for a confirmation."""
    if not plaintext:
        return None
    reader = Reader(plaintext)
    raw = reader.take(reader.number(1))
    if not raw or not raw.isascii():
        raise FrameError("kind of a sealed payload")
    return raw.decode("ascii"), reader.rest()
