"""The session cipher: as the reference runs it (spec/crypto.md section 6), and sealing every type of frame between
nodes that both announced it (design/extensions.md section 2)."""

from __future__ import annotations

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from .errors import CryptoError
from .frames import CONTROL, DATA, HEARTBEAT, ROUTE_UPDATE, TransportFrame

FIRST_REFUSED_COUNTER = 0xFFFF_FFFE


class MissingFrame(CryptoError):
    """A frame of a sealed link opened, and one before it never came."""


class Session:
    """One key for both directions; the prefixes are bytes of that key, one half per role."""

    seals_everything = False

    def __init__(self, key: bytes, initiator: bool, prefix: bytes | None = None, counter: int = 0):
        self.key = key
        self.prefix = prefix or (key[:8] if initiator else key[8:16])
        self.counter = counter
        self.last: int | None = None
        self.prefixes_seen: set[bytes] = set()
        self._cipher = AESGCM(key)

    def seals(self, kind: int) -> bool:
        return kind == DATA or self.seals_everything and kind in (ROUTE_UPDATE, HEARTBEAT, CONTROL)

    def seal(self, plaintext: bytes, kind: int = DATA) -> TransportFrame:
        if self.counter >= FIRST_REFUSED_COUNTER:
            raise CryptoError("nonce exhausted")
        nonce = self.prefix + self.counter.to_bytes(4, "big")
        self.counter += 1
        sealed = self._cipher.encrypt(nonce, plaintext, associated_data(kind))
        return TransportFrame(kind, sealed[:-16], nonce, sealed[-16:])

    def open(self, frame: TransportFrame) -> bytes:
        counter = int.from_bytes(frame.nonce[8:], "big")
        if self.seals_everything and frame.nonce[:8] == self.prefix:
            raise CryptoError("own frame came back")
        if self.last is not None and counter <= self.last:
            raise CryptoError("replayed nonce")
        try:
            sealed = frame.payload + frame.tag
            plaintext = self._cipher.decrypt(frame.nonce, sealed, associated_data(frame.type))
        except InvalidTag as reason:
            raise CryptoError("decryption failed") from reason
        if self.seals_everything and counter != (0 if self.last is None else self.last + 1):
            raise MissingFrame(f"frame {counter} after {self.last}")
        self.last = counter
        self.prefixes_seen.add(frame.nonce[:8])
        return plaintext


def associated_data(kind: int) -> bytes | None:
    return None if kind == DATA else bytes([kind])
