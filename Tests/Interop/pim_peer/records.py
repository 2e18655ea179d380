"""Packets inside of a sealed frame: records (design/extensions.md section 5)."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from ipaddress import ip_address

from .errors import FrameError
from .extended import ExtendedNode
from .host import Arrival, Host
from .packets import TCP, UDP, Packet, ones_sum
from .reader import Reader


@dataclass(frozen=True)
class Record:
    packet: bytes
    segment_size: int = 0

    def encode(self) -> bytes:
        return len(self.packet).to_bytes(2, "big") + self.segment_size.to_bytes(2, "big") + self.packet


def decode_records(plaintext: bytes) -> list[Record]:
    reader, records = Reader(plaintext), []
    while reader.remaining:
        length, size = reader.number(2), reader.number(2)
        records.append(Record(reader.take(length), size))
    if not records:
        raise FrameError("no record")
    return records


def super_packet(packet: Packet, segment_size: int) -> Record:
    """A packet as it stands for many: with no checksum in its transport."""
    at = 16 if packet.protocol == TCP else 6
    blank = replace(packet, body=packet.body[:at] + bytes(2) + packet.body[at + 2 :])
    return Record(blank.encode(), segment_size)


def check_super_packet(record: Record) -> Packet:
    """Raises FrameError unless every rule for super-packets is kept; returns the whole with a checksum."""
    raw, length = record.packet, 20 if record.packet[0] >> 4 == 4 else 40
    protocol = raw[9] if length == 20 else raw[6]
    if protocol not in (TCP, UDP) or (length == 20 and (raw[0] != 0x45 or ones_sum(raw[:20]) != 0xFFFF)):
        raise FrameError("header of a super-packet")
    at = length + (16 if protocol == TCP else 6)
    if raw[at : at + 2] != bytes(2):
        raise FrameError("checksum of a super-packet is not zero")
    whole = Packet(*_ends(raw, length), protocol, raw[length:]).checked()
    segments = -(-len(whole.data) // record.segment_size)
    if not 2 <= segments <= 128:
        raise FrameError(f"{segments} segments")
    if protocol == TCP and raw[length + 13] & 0x80:
        raise FrameError("CWR in a super-packet")
    total = int.from_bytes(raw[2:4], "big") if length == 20 else 40 + int.from_bytes(raw[4:6], "big")
    if total != len(raw) or (protocol == UDP and int.from_bytes(raw[length + 4 : length + 6], "big") != total - length):
        raise FrameError("length of a super-packet")
    if length == 20 and int.from_bytes(raw[6:8], "big") & 0x3FFF:
        raise FrameError("fragment as a super-packet")
    return whole


def _ends(raw: bytes, length: int) -> tuple[str, str]:
    size = 4 if length == 20 else 16
    return str(ip_address(raw[length - 2 * size : length - size])), str(ip_address(raw[length - size : length]))


class SealedHost(Host):
    """The same host behind a node of our own kind: what it sends and takes is sealed for one other node."""

    def __init__(self, node: ExtendedNode, ipv4: str, ipv6: str):
        super().__init__(node, ipv4, ipv6)
        self.frames: list[int] = []
        """How many records each frame had."""
        node.on_packets = self._open

    def send(self, destination: bytes, packet: Packet | bytes, *_, **__) -> None:
        raw = packet.encode() if isinstance(packet, Packet) else packet
        self.send_records(destination, Record(raw))

    def send_records(self, destination: bytes, *records: Record) -> None:
        self.node.send_packets(destination, b"".join(record.encode() for record in records))

    def _open(self, source: bytes, plaintext: bytes) -> None:
        try:
            records = decode_records(plaintext)
            whole = [check_super_packet(r) if r.segment_size else Packet.decode(r.packet) for r in records]
        except FrameError as reason:
            self.refused.append(str(reason))
            return
        self.frames.append(len(records))
        for record, packet in zip(records, whole):
            self._arrive(Arrival(packet, record.packet, 0, time.monotonic(), record.segment_size), source)
