"""Identities, NodeIds and strict Ed25519 (spec/wire.md section 3, spec/crypto.md sections 2, 3 and 12.5)."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from .errors import CryptoError, FrameError

_RAW = (serialization.Encoding.Raw, serialization.PublicFormat.Raw)
_FIELD = 2**255 - 19
_ORDER = 2**252 + 27742317777372353535851937790883648493
_CURVE_D = (-121665 * pow(121666, -1, _FIELD)) % _FIELD
_SQRT_MINUS_ONE = pow(2, (_FIELD - 1) // 4, _FIELD)


def node_id_of(public_key: bytes) -> bytes:
    """The first 16 bytes of the SHA-256 of an Ed25519 public key."""
    return hashlib.sha256(public_key).digest()[:16]


def short_text(node_id: bytes) -> str:
    return f"{node_id[:4].hex()}..{node_id[12:].hex()}"


def parse_node_id(text: str) -> bytes:
    """32 hex digits of either case; a sign, a blank or any other length is refused."""
    if len(text) != 32:
        raise FrameError(f"a node id has 32 characters, not {len(text)}")
    if any(character not in "0123456789abcdefABCDEF" for character in text):
        raise FrameError("a node id has hex digits only")
    return bytes.fromhex(text)


def hkdf(ikm: bytes, info: bytes, salt: bytes | None = None, length: int = 32) -> bytes:
    return HKDF(algorithm=hashes.SHA256(), length=length, salt=salt, info=info).derive(ikm)


def x25519(secret: bytes, public: bytes) -> bytes:
    """The shared secret; an all-zero result, which only a small-order point gives, is refused."""
    try:
        shared = X25519PrivateKey.from_private_bytes(secret).exchange(X25519PublicKey.from_public_bytes(public))
    except ValueError as reason:
        raise CryptoError(f"key agreement refused: {reason}") from reason
    if shared == bytes(32):
        raise CryptoError("key agreement gave zero")
    return shared


def x25519_public(secret: bytes) -> bytes:
    return X25519PrivateKey.from_private_bytes(secret).public_key().public_bytes(*_RAW)


def _decode_point(encoding: bytes) -> tuple[int, int]:
    """The affine point of a canonical encoding (RFC 8032 section 5.1.3)."""
    number = int.from_bytes(encoding, "little")
    sign, y = number >> 255, number & ((1 << 255) - 1)
    if y >= _FIELD:
        raise CryptoError("public key is not canonical")
    u, v = (y * y - 1) % _FIELD, (_CURVE_D * y * y + 1) % _FIELD
    x = u * pow(v, 3, _FIELD) * pow(u * pow(v, 7, _FIELD), (_FIELD - 5) // 8, _FIELD) % _FIELD
    if v * x * x % _FIELD == (-u) % _FIELD:
        x = x * _SQRT_MINUS_ONE % _FIELD
    if v * x * x % _FIELD != u:
        raise CryptoError("public key is not a point")
    if x == 0 and sign:
        raise CryptoError("public key is not canonical")
    return (_FIELD - x if x & 1 != sign else x), y


def _double(point: tuple[int, int]) -> tuple[int, int]:
    x, y = point
    product = _CURVE_D * x * x % _FIELD * y % _FIELD * y % _FIELD
    return (
        2 * x * y * pow(1 + product, -1, _FIELD) % _FIELD,
        (y * y + x * x) * pow(1 - product, -1, _FIELD) % _FIELD,
    )


def check_public_key(public_key: bytes) -> None:
    """Refuses what is no canonical point, and every point whose order divides eight."""
    if len(public_key) != 32:
        raise CryptoError("a public key has 32 bytes")
    point = _decode_point(public_key)
    for _ in range(3):
        point = _double(point)
    if point == (0, 1):
        raise CryptoError("public key has small order")


def verify(signature: bytes, message: bytes, public_key: bytes) -> None:
    check_public_key(public_key)
    if len(signature) != 64 or int.from_bytes(signature[32:], "little") >= _ORDER:
        raise CryptoError("signature is not canonical")
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, message)
    except (InvalidSignature, ValueError) as reason:
        raise CryptoError("signature does not verify") from reason


@dataclass(frozen=True)
class Identity:
    """One node: a 32-byte seed and everything that follows from it."""

    seed: bytes

    def __post_init__(self):
        if len(self.seed) != 32:
            raise CryptoError(f"an identity has 32 bytes, not {len(self.seed)}")

    @classmethod
    def generate(cls) -> Identity:
        return cls(os.urandom(32))

    @property
    def public_key(self) -> bytes:
        return Ed25519PrivateKey.from_private_bytes(self.seed).public_key().public_bytes(*_RAW)

    @property
    def node_id(self) -> bytes:
        return node_id_of(self.public_key)

    @property
    def x25519_secret(self) -> bytes:
        return hkdf(self.seed, b"pim-x25519-identity-v1")

    @property
    def x25519_public(self) -> bytes:
        return x25519_public(self.x25519_secret)

    def sign(self, message: bytes) -> bytes:
        return Ed25519PrivateKey.from_private_bytes(self.seed).sign(message)

    def __repr__(self) -> str:
        return f"Identity({self.node_id.hex()})"
