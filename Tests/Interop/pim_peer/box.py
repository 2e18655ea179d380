"""One-shot box to a node's static X25519 key (spec/crypto.md section 7, spec/messaging.md section 4)."""

from __future__ import annotations

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from .errors import CryptoError
from .identity import hkdf, x25519, x25519_public

OVERHEAD = 60


def seal(plaintext: bytes, recipient: bytes, ephemeral: bytes | None = None, nonce: bytes | None = None) -> bytes:
    ephemeral = ephemeral or os.urandom(32)
    nonce = nonce or os.urandom(12)
    key = hkdf(x25519(ephemeral, recipient), b"pim-e2e-v1")
    return x25519_public(ephemeral) + nonce + AESGCM(key).encrypt(nonce, plaintext, None)


def open_box(box: bytes, static_secret: bytes) -> bytes:
    if len(box) < OVERHEAD:
        raise CryptoError("box too short")
    key = hkdf(x25519(static_secret, box[:32]), b"pim-e2e-v1")
    try:
        return AESGCM(key).decrypt(box[32:44], box[44:], None)
    except InvalidTag as reason:
        raise CryptoError("decryption failed") from reason
