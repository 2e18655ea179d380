"""The session cipher as the reference runs it (spec/crypto.md section 6)."""

from __future__ import annotations

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from .errors import CryptoError
from .frames import DATA, TransportFrame

FIRST_REFUSED_COUNTER = 0xFFFF_FFFE


class Session:
    """One key for both directions; the prefixes are bytes of that key, one half per role."""

    def __init__(self, key: bytes, initiator: bool, prefix: bytes | None = None, counter: int = 0):
        self.key = key
        self.prefix = prefix or (key[:8] if initiator else key[8:16])
        self.counter = counter
        self.last: int | None = None
        self.prefixes_seen: set[bytes] = set()
        self._cipher = AESGCM(key)

    def seal(self, plaintext: bytes) -> TransportFrame:
        if self.counter >= FIRST_REFUSED_COUNTER:
            raise CryptoError("nonce exhausted")
        nonce = self.prefix + self.counter.to_bytes(4, "big")
        self.counter += 1
        sealed = self._cipher.encrypt(nonce, plaintext, None)
        return TransportFrame(DATA, sealed[:-16], nonce, sealed[-16:])

    def open(self, frame: TransportFrame) -> bytes:
        counter = int.from_bytes(frame.nonce[8:], "big")
        if self.last is not None and counter <= self.last:
            raise CryptoError("replayed nonce")
        try:
            plaintext = self._cipher.decrypt(frame.nonce, frame.payload + frame.tag, None)
        except InvalidTag as reason:
            raise CryptoError("decryption failed") from reason
        self.last = counter
        self.prefixes_seen.add(frame.nonce[:8])
        return plaintext
