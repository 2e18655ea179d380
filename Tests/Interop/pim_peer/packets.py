"""IP packets, made and checked byte by byte (RFC 791, 8200, 768, 792, 4443, 9293)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from ipaddress import ip_address

from .errors import FrameError

ICMP, TCP, UDP, FRAGMENT6, ICMP6 = 1, 6, 17, 44, 58
_CHECKSUM_AT = {ICMP: 2, ICMP6: 2, TCP: 16, UDP: 6}


def ones_sum(data: bytes) -> int:
    """The Internet checksum's sum; 0xFFFF over anything that carries its own checksum."""
    total = sum(data[0::2]) * 256 + sum(data[1::2])
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return total


@dataclass(frozen=True)
class Packet:
    source: str
    target: str
    protocol: int
    body: bytes
    """What follows the IP header."""
    ttl: int = 64
    fragment: tuple[int, bool] | None = None
    """Offset and whether more follow, for a fragment."""

    @property
    def version(self) -> int:
        return ip_address(self.source).version

    @property
    def ports(self) -> tuple[int, int]:
        return int.from_bytes(self.body[0:2], "big"), int.from_bytes(self.body[2:4], "big")

    @property
    def data(self) -> bytes:
        """The payload of UDP, TCP or an echo."""
        return self.body[4 * (self.body[12] >> 4) :] if self.protocol == TCP else self.body[8:]

    def _pseudo_header(self) -> bytes:
        ends = ip_address(self.source).packed + ip_address(self.target).packed
        if self.version == 4:
            return ends + bytes([0, self.protocol]) + len(self.body).to_bytes(2, "big")
        return ends + len(self.body).to_bytes(4, "big") + bytes([0, 0, 0, self.protocol])

    def _transport_sum(self) -> int:
        return ones_sum((b"" if self.protocol == ICMP else self._pseudo_header()) + self.body)

    def checked(self) -> Packet:
        """The same with the checksum of its transport filled in."""
        at = _CHECKSUM_AT[self.protocol]
        before, behind = self.body[:at], self.body[at + 2 :]
        value = 0xFFFF - replace(self, body=before + bytes(2) + behind)._transport_sum()
        if value == 0 and self.protocol == UDP:
            value = 0xFFFF
        return replace(self, body=before + value.to_bytes(2, "big") + behind)

    def encode(self) -> bytes:
        ends = ip_address(self.source).packed + ip_address(self.target).packed
        if self.version == 6:
            head = b"\x60\0\0\0" + len(self.body).to_bytes(2, "big") + bytes([self.protocol, self.ttl])
            return head + ends + self.body
        length = (20 + len(self.body)).to_bytes(2, "big")
        head = b"\x45\0" + length + b"\0\0\0\0" + bytes([self.ttl, self.protocol, 0, 0]) + ends
        check = 0xFFFF - ones_sum(head)
        return head[:10] + check.to_bytes(2, "big") + head[12:] + self.body

    @classmethod
    def decode(cls, data: bytes) -> Packet:
        """Raises FrameError unless lengths and every checksum are right."""
        if data[:1] and data[0] >> 4 == 4:
            length = 4 * (data[0] & 15)
            if len(data) < 20 or int.from_bytes(data[2:4], "big") != len(data) or ones_sum(data[:length]) != 0xFFFF:
                raise FrameError("IPv4 header")
            place = int.from_bytes(data[6:8], "big")
            fragment = (8 * (place & 0x1FFF), bool(place & 0x2000)) if place & 0x3FFF else None
            source, target = str(ip_address(data[12:16])), str(ip_address(data[16:20]))
            packet = cls(source, target, data[9], data[length:], data[8], fragment)
        elif len(data) >= 40 and data[0] >> 4 == 6 and int.from_bytes(data[4:6], "big") == len(data) - 40:
            source, target = str(ip_address(data[8:24])), str(ip_address(data[24:40]))
            protocol, body, fragment = data[6], data[40:], None
            if protocol == FRAGMENT6:
                place = int.from_bytes(body[2:4], "big")
                protocol, fragment, body = body[0], (place & 0xFFF8, bool(place & 1)), body[8:]
            packet = cls(source, target, protocol, body, data[7], fragment)
        else:
            raise FrameError("no IP packet")
        if packet.fragment is None and packet.protocol in _CHECKSUM_AT:
            has_none = packet.protocol == UDP and packet.version == 4 and packet.body[6:8] == bytes(2)
            if not has_none and packet._transport_sum() != 0xFFFF:
                raise FrameError(f"checksum of protocol {packet.protocol}")
        return packet


def udp(source: str, target: str, ports: tuple[int, int], data: bytes) -> Packet:
    head = ports[0].to_bytes(2, "big") + ports[1].to_bytes(2, "big") + (8 + len(data)).to_bytes(2, "big") + bytes(2)
    return Packet(source, target, UDP, head + data).checked()


def echo(source: str, target: str, data: bytes, number: int = 1, is_request: bool = True) -> Packet:
    is_ipv4 = ip_address(source).version == 4
    kind = (8 if is_request else 0) if is_ipv4 else (128 if is_request else 129)
    body = bytes([kind, 0, 0, 0, 0x50, 0x4D]) + number.to_bytes(2, "big") + data
    return Packet(source, target, ICMP if is_ipv4 else ICMP6, body).checked()


def answer_to_echo(packet: Packet) -> Packet | None:
    """What a host answers to a ping; None to anything else."""
    kinds = {(ICMP, 8): 0, (ICMP6, 128): 129}
    kind = kinds.get((packet.protocol, packet.body[0] if packet.body else -1))
    if kind is None or packet.fragment:
        return None
    return Packet(packet.target, packet.source, packet.protocol, bytes([kind]) + packet.body[1:]).checked()
