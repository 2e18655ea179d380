"""The secret of a private mesh (spec/crypto.md section 4)."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass

from argon2.low_level import Type, hash_secret_raw
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

from .errors import CryptoError


@dataclass(frozen=True)
class MeshSecret:
    salt: bytes
    master: bytes
    discovery_key: bytes
    handshake_key: bytes
    fingerprint: bytes

    @classmethod
    def derive(cls, passphrase: str, mesh_id: str | None = None, m: int = 65536, t: int = 3, p: int = 1) -> MeshSecret:
        if not passphrase:
            raise CryptoError("empty passphrase")
        salt = b"pim-mesh-v1" + (mesh_id or "").encode()
        master = hash_secret_raw(
            passphrase.encode(), salt, time_cost=t, memory_cost=m, parallelism=p, hash_len=32, type=Type.ID, version=19
        )
        # HKDF-Extract without salt is an HMAC under 32 zero bytes.
        extracted = hmac.new(bytes(32), master, hashlib.sha256).digest()

        def expand(info: bytes, length: int) -> bytes:
            return HKDFExpand(algorithm=hashes.SHA256(), length=length, info=info).derive(extracted)

        return cls(
            salt=salt,
            master=master,
            discovery_key=expand(b"pim-disco-v1", 32),
            handshake_key=expand(b"pim-handshake-v1", 32),
            fingerprint=expand(b"pim-fingerprint-v1", 8),
        )


def rfcomm_tag(handshake_key: bytes, node_id_hex: str) -> bytes:
    return hmac.new(handshake_key, node_id_hex.encode("ascii"), hashlib.sha256).digest()
