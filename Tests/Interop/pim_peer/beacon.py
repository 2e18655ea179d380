"""The UDP beacon (spec/discovery.md sections 3 and 4), in clear and sealed."""

from __future__ import annotations

import os
import struct
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from .errors import CryptoError, FrameError
from .identity import Identity

MAGIC = b"PIMD"
CLEAR_SIZE, SEALED_SIZE = 56, 89
CLIENT, RELAY, GATEWAY = 1, 2, 4
_LAYOUT = struct.Struct(">4sB16s32sBH")


@dataclass(frozen=True)
class Beacon:
    node_id: bytes
    public_key: bytes
    capabilities: int
    port: int

    @classmethod
    def of(cls, identity: Identity, capabilities: int, port: int) -> Beacon:
        return cls(identity.node_id, identity.public_key, capabilities, port)

    def encode(self) -> bytes:
        return _LAYOUT.pack(MAGIC, 1, self.node_id, self.public_key, self.capabilities, self.port)

    @classmethod
    def decode(cls, datagram: bytes) -> Beacon:
        if len(datagram) < CLEAR_SIZE:
            raise FrameError("too short for a beacon")
        magic, version, *fields = _LAYOUT.unpack(datagram[:CLEAR_SIZE])
        if (magic, version) != (MAGIC, 1):
            raise FrameError("not a beacon in clear")
        return cls(*fields)

    def seal(self, key: bytes, nonce: bytes | None = None) -> bytes:
        nonce = nonce or os.urandom(12)
        return MAGIC + b"\x02" + nonce + AESGCM(key).encrypt(nonce, self.encode(), None)

    @classmethod
    def open(cls, datagram: bytes, key: bytes) -> Beacon:
        if len(datagram) < SEALED_SIZE or datagram[:5] != MAGIC + b"\x02":
            raise FrameError("not a sealed beacon")
        try:
            return cls.decode(AESGCM(key).decrypt(datagram[5:17], datagram[17:SEALED_SIZE], None))
        except InvalidTag:
            raise CryptoError("sealed with another key") from None
