"""A host behind a node with the habits of the reference: answers pings, sends datagrams back, takes streams."""

from __future__ import annotations

import time
from dataclasses import dataclass

from . import box, packets
from .errors import PIMError
from .fragments import split
from .frames import IS_E2E, IS_FRAGMENT, IS_INTERNET, MeshFrame
from .node import Node
from .packets import TCP, UDP, Packet

SYN, ACK, FIN, PSH = 2, 16, 1, 8


@dataclass(frozen=True)
class Arrival:
    packet: Packet
    raw: bytes
    flags: int
    """Those of the mesh frame."""
    time: float
    segment_size: int = 0
    """Of a super-packet; 0 for a packet."""


class Host:
    """Everything that arrives is checked down to its checksums. As a gateway it answers for the whole world."""

    def __init__(self, node: Node, ipv4: str, ipv6: str):
        self.node = node
        self.ipv4, self.ipv6 = ipv4, ipv6
        self.arrived: list[Arrival] = []
        self.refused: list[str] = []
        self.streams: dict[tuple[str, int], bytearray] = {}
        self._first: dict[tuple[str, int], int] = {}
        self.answer_flags = 0
        self.answers = True
        self._fragments = 0
        node.on_packet = self._take

    # Sending

    def send(
        self, destination: bytes, packet: Packet | bytes, flags: int = 0, ttl: int = 8, pieces: bool = True
    ) -> None:
        """One packet as the reference sends it: in a box when `flags` say so, in fragments when it is large."""
        payload = packet.encode() if isinstance(packet, Packet) else packet
        if flags & IS_E2E:
            payload = box.seal(payload, self.node.directory[destination].x25519)
        self._fragments += 1
        fragments = split(payload, self._fragments) if pieces else []
        if not fragments:
            self.node.send_mesh(destination, payload, flags, ttl)
        for fragment in fragments:
            self.node.send_mesh(destination, fragment.encode(), flags | IS_FRAGMENT, ttl)

    # Receiving

    def of(self, *protocols: int) -> list[Arrival]:
        """What arrived of these protocols."""
        return [arrival for arrival in self.arrived if arrival.packet.protocol in protocols]

    def _take(self, frame: MeshFrame) -> None:
        try:
            payload = frame.payload
            if frame.flags & IS_E2E:
                payload = box.open_box(payload, self.node.identity.x25519_secret)
            packet = Packet.decode(payload)
        except PIMError as reason:
            self.refused.append(str(reason))
            return
        self._arrive(Arrival(packet, payload, frame.flags, time.monotonic()), frame.source)

    def _arrive(self, arrival: Arrival, source: bytes) -> None:
        self.arrived.append(arrival)
        if self.answers:
            self._answer(arrival.packet, source)

    def _answer(self, packet: Packet, sender: bytes) -> None:
        answer = packets.answer_to_echo(packet)
        if packet.protocol == UDP and packet.fragment is None:
            source, target = packet.ports
            answer = packets.udp(packet.target, packet.source, (target, source), packet.data)
        elif packet.protocol == TCP:
            answer = self._stream(packet)
        if answer is not None:
            self.send(sender, answer, self.answer_flags)

    def begin_stream(self, packet: Packet) -> Packet:
        """What answers the SYN-ACK of a connection this host has opened."""
        source, target = packet.ports
        key, sequence = (packet.source, source), int.from_bytes(packet.body[4:8], "big")
        self.streams[key] = bytearray()
        self._first[key] = sequence + 1
        return self._segment(packet, ACK, int.from_bytes(packet.body[8:12], "big"), sequence + 1)

    def _stream(self, packet: Packet) -> Packet | None:
        """Takes a stream in order and says nothing itself."""
        flags, (port, own_port) = packet.body[13], packet.ports
        sequence, expected = int.from_bytes(packet.body[4:8], "big"), int.from_bytes(packet.body[8:12], "big")
        key = packet.source, port
        if flags & SYN and not flags & ACK:
            self.streams[key] = bytearray()
            self._first[key] = sequence + 1
            return self._segment(packet, SYN | ACK, 1000, sequence + 1)
        stream = self.streams.get(key)
        if stream is None:
            return None
        if (sequence - self._first[key]) % 2**32 == len(stream):
            stream += packet.data
            if flags & FIN:
                return self._segment(packet, FIN | ACK, expected, self._first[key] + len(stream) + 1)
        if not packet.data:
            return None
        return self._segment(packet, ACK, expected, self._first[key] + len(stream))

    @staticmethod
    def _segment(packet: Packet, flags: int, sequence: int, acknowledged: int) -> Packet:
        source, target = packet.ports
        is_first = bool(flags & SYN)
        size = 1360 if packet.version == 4 else 1340
        options = b"\x02\x04" + size.to_bytes(2, "big") if is_first else b""
        head = target.to_bytes(2, "big") + source.to_bytes(2, "big") + sequence.to_bytes(4, "big")
        head += (acknowledged % 2**32).to_bytes(4, "big") + bytes([(20 + len(options)) // 4 << 4, flags, 0xFF, 0xFF])
        return Packet(packet.target, packet.source, TCP, head + bytes(4) + options).checked()


def leaves(boxed: bool = True) -> int:
    """The flags of what a reference node sends out of the mesh."""
    return IS_INTERNET | IS_E2E if boxed else IS_INTERNET
