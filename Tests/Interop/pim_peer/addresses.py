"""Mesh addresses: every node computes everybody's from the NodeId (spec/wire.md section 4)."""

from __future__ import annotations

import ipaddress

from blake3 import blake3

from .errors import FrameError

_CONTEXTS = {4: "pim-mesh-v4", 6: "pim-mesh-v6"}
_MATERIAL = b"pim-mesh-derivation"


def derivation_key(version: int) -> bytes:
    return blake3(_MATERIAL, derive_key_context=_CONTEXTS[version]).digest()


def parse_prefix(text: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network:
    """``address/length`` with the host bits cleared; anything else is refused."""
    address, slash, length = text.partition("/")
    if not slash:
        raise FrameError(f"no slash in {text!r}")
    if not (length.isascii() and length.isdigit()):
        raise FrameError(f"no length in {text!r}")
    try:
        return ipaddress.ip_network(f"{ipaddress.ip_address(address)}/{int(length)}", strict=False)
    except ValueError as reason:
        raise FrameError(str(reason)) from reason


def mesh_address(node_id: bytes, prefix: str) -> str:
    network = parse_prefix(prefix)
    width = network.max_prefixlen
    digest = blake3(node_id, key=derivation_key(network.version)).digest()
    host_bits = width - network.prefixlen
    raw = int.from_bytes(digest[: width // 8], "big")
    host = raw & ((1 << host_bits) - 1)
    if host_bits >= 2:
        if host == 0:
            host = 1
        elif host == (1 << host_bits) - 1:
            host -= 1
    return str(network.network_address + host)
