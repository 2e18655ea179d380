"""What a node announces in the nonce of its handshakes (design/extensions.md sections 1 and 2)."""

from __future__ import annotations

import os

SEALED_LINKS, SESSIONS, SEALED_PACKETS, GSO_PACKETS = 1, 2, 4, 8
MARKER = b"PIM-EXT1"
_NEEDS = ((SEALED_PACKETS, SESSIONS), (GSO_PACKETS, SEALED_PACKETS))


def effective(features: int) -> int:
    features &= SEALED_LINKS | SESSIONS | SEALED_PACKETS | GSO_PACKETS
    for bit, needed in _NEEDS:
        if not features & needed:
            features &= ~bit
    return features


def announcing_nonce(features: int, random: bytes | None = None) -> bytes:
    random = random or os.urandom(32)
    return random[:20] + MARKER + features.to_bytes(4, "big") if features else random


def announced(nonce: bytes) -> int:
    if len(nonce) != 32 or nonce[20:28] != MARKER:
        return 0
    return effective(int.from_bytes(nonce[28:], "big"))
