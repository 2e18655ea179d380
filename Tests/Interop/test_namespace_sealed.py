"""Sealed packets between a shipped daemon and an independent node of the same kind (design/extensions.md section 5)."""

from __future__ import annotations

import asyncio
import os
import socket

from daemon import Daemon
from lab_services import lost_datagrams, stream
from mesh_lab import ECHO, PORT, PREFIX4, PREFIX6, WEB4, LabCase
from pim_peer import packets
from pim_peer.addresses import mesh_address
from pim_peer.extended import ExtendedNode
from pim_peer.features import GSO_PACKETS, SEALED_LINKS, SEALED_PACKETS, SESSIONS
from pim_peer.host import ACK, PSH, SYN
from pim_peer.packets import TCP, Packet
from pim_peer.records import Record, SealedHost, super_packet
from waiting import until

SEALED = SEALED_LINKS | SESSIONS | SEALED_PACKETS


class SealedCase(LabCase):
    async def pair(self, features: int = SEALED | GSO_PACKETS) -> tuple[Daemon, SealedHost]:
        left, right = self.box("client"), self.box("python")
        address, _ = self.cable(left, right)
        daemon = await self.node(left).start()
        listener = right.inside(lambda: socket.create_server(("0.0.0.0", PORT)))
        node = await self.peer("python", kind=ExtendedNode, features=features, sock=listener)
        connection = await asyncio.to_thread(stream, right, address, PORT)
        connection.setblocking(False)
        await node.dial(PORT, sock=connection)
        await self.until_linked(daemon, node)
        host = SealedHost(node, mesh_address(node.id, PREFIX4), mesh_address(node.id, PREFIX6))
        node.make_offer(daemon.id)
        await until(lambda: daemon.id in node.current, "a session stands")
        return daemon, host

    async def stream_arrives(self, daemon: Daemon, host: SealedHost, address: str, size: int) -> None:
        data = os.urandom(size)
        with await asyncio.to_thread(stream, daemon.machine, address, 80) as connection:
            connection.settimeout(10)
            key = connection.getsockname()[:2]
            await asyncio.to_thread(connection.sendall, data)
            await until(lambda: bytes(host.streams[key]) == data, "the stream arrives", 10)


class Outwards(SealedCase):
    async def test_super_packets_travel_whole_and_by_the_rules(self):
        daemon, host = await self.pair()
        for address in (host.ipv4, host.ipv6):
            host.arrived.clear()
            self.assertEqual(await asyncio.to_thread(daemon.machine.ping, address, 3), 3)
            self.assertEqual(await asyncio.to_thread(lost_datagrams, daemon.machine, address, ECHO, (1, 1352)), [])
            await self.stream_arrives(daemon, host, address, 400_000)
            cut = [arrival for arrival in host.of(TCP) if arrival.segment_size]
            self.assertTrue(cut)
            self.assertLessEqual(max(arrival.segment_size for arrival in cut), 1400 - 40)
            self.assertGreater(max(len(arrival.raw) for arrival in cut), 9000)
        self.assertEqual(host.refused, [])

    async def test_who_takes_no_super_packets_gets_none(self):
        daemon, host = await self.pair(SEALED)
        for address in (host.ipv4, host.ipv6):
            await self.stream_arrives(daemon, host, address, 400_000)
        self.assertEqual({arrival.segment_size for arrival in host.arrived}, {0})
        self.assertLessEqual(max(len(arrival.raw) for arrival in host.arrived), 1400)
        self.assertGreater(max(host.frames), 1, "several packets share a frame and a seal")
        self.assertEqual(host.refused, [])


class Inwards(SealedCase):
    async def test_super_packets_reach_programs_as_they_were_cut(self):
        daemon, host = await self.pair()
        self.echo(daemon.machine, daemon.ipv4, daemon.ipv6)
        for ours, theirs in ((daemon.ipv4, host.ipv4), (daemon.ipv6, host.ipv6)):
            family = socket.AF_INET6 if ":" in ours else socket.AF_INET
            with daemon.machine.inside(lambda: socket.socket(family, socket.SOCK_DGRAM)) as local:
                local.bind((ours, 0))
                local.settimeout(5)
                for size, count in ((1000, 20), (500, 100), (1, 50)):
                    data = os.urandom(size * count + 1)
                    whole = packets.udp(theirs, ours, (ECHO, local.getsockname()[1]), data)
                    host.send_records(daemon.id, super_packet(whole, size))
                    wanted = [data[at : at + size] for at in range(0, len(data), size)]
                    got = [await asyncio.to_thread(local.recv, 65_535) for _ in wanted]
                    self.assertEqual(got, wanted, f"{count} datagrams of {size} bytes")
            await self.echoes_of_a_stream(daemon, host, ours, theirs)
        self.assertEqual(host.refused, [])

    async def echoes_of_a_stream(self, daemon: Daemon, host: SealedHost, ours: str, theirs: str) -> None:
        """This host opens a connection and sends 40,000 bytes in one packet; the same come back."""
        port = 6000
        host.arrived.clear()
        head = port.to_bytes(2, "big") + ECHO.to_bytes(2, "big")

        def segment(sequence: int, acknowledged: int, flags: int, data: bytes = b"") -> Packet:
            numbers = sequence.to_bytes(4, "big") + acknowledged.to_bytes(4, "big")
            return Packet(theirs, ours, TCP, head + numbers + bytes([0x50, flags, 0xFF, 0xFF, 0, 0, 0, 0]) + data)

        host.send(daemon.id, segment(1, 0, SYN).checked())
        await until(lambda: host.of(TCP), "the connection is accepted", 5)
        host.send(daemon.id, host.begin_stream(host.of(TCP)[0].packet))
        acknowledged = int.from_bytes(host.of(TCP)[0].packet.body[4:8], "big") + 1
        data = os.urandom(40_000)
        host.send_records(daemon.id, super_packet(segment(2, acknowledged, ACK | PSH, data), 1300))
        await until(lambda: bytes(host.streams[ours, ECHO]) == data, "the same bytes come back", 10)

    async def test_one_bad_record_voids_a_frame(self):
        daemon, host = await self.pair()
        tap = daemon.machine.tap("pim0")
        good = packets.udp(host.ipv4, daemon.ipv4, (1, 2), b"in bad company")
        good6 = packets.udp(host.ipv6, daemon.ipv6, (1, 2), b"in bad company")
        big = packets.udp(host.ipv4, daemon.ipv4, (1, 2), b"in bad company" * 200)
        raw = good.encode()
        bad = [
            b"", b"\0", b"\0\0\0\0", b"\x45",
            Record(raw).encode()[:-1],
            Record(raw[:-1]).encode(),
            Record(raw + b"!").encode(),
            Record(b"\x55" + raw[1:]).encode(),
            Record(raw[:19]).encode(),
            (len(raw) + 1).to_bytes(2, "big") + bytes(2) + raw,
            Record(good6.encode()[:-1]).encode(),
            # Super-packets of one segment, of 129, with a fragment, of a protocol that has none.
            Record(super_packet(good, 100).packet, 100).encode(),
            Record(super_packet(big, 1).packet, 1).encode(),
            Record(_fragment(super_packet(big, 1000).packet), 1000).encode(),
            Record(packets.echo(host.ipv4, daemon.ipv4, b"in bad company" * 200).encode(), 1000).encode(),
        ]
        for number, plaintext in enumerate(bad):
            before = await self.count(daemon, "packet_records_malformed")
            behind = Record(raw).encode() if plaintext else b""
            host.node.send_packets(daemon.id, behind + plaintext)

            async def counted() -> bool:
                return await self.count(daemon, "packet_records_malformed") == before + 1

            await until(counted, f"frame {number} is refused: {plaintext[:30].hex()}", 5)
        self.assertFalse([frame for frame in tap.frames() if b"in bad company" in frame])
        # Lies are another matter: they are dropped one by one.
        lies = [
            packets.udp("10.77.9.9", daemon.ipv4, (1, 2), b"a lie"),
            packets.udp(WEB4, daemon.ipv4, (1, 2), b"a lie"),
            packets.udp(host.ipv4, "10.77.9.9", (1, 2), b"a lie"),
            packets.udp(host.ipv4, WEB4, (1, 2), b"a lie"),
        ]
        host.send_records(daemon.id, *(Record(packet.encode()) for packet in (*lies[:2], good, *lies[2:], good6)))
        await until(lambda: good6.encode() in tap.frames(), "the last one arrives", 5)
        self.assertEqual(tap.frames().count(good.encode()), 1)
        self.assertFalse([frame for frame in tap.frames() if b"a lie" in frame])
        self.assertEqual(await self.count(daemon, "packet_foreign_source"), 2)
        self.assertEqual(await self.count(daemon, "packet_foreign_destination"), 2)

    async def test_nothing_is_taken_twice_or_in_the_clear(self):
        daemon, host = await self.pair()
        tap = daemon.machine.tap("pim0")
        packet = packets.udp(host.ipv4, daemon.ipv4, (1, 2), b"only once").encode()
        sealed = host.node.current[daemon.id].seal(Record(packet).encode(), 0x43)
        for _ in range(3):
            host.node.send_mesh(daemon.id, sealed, 0x40)
        host.node.send_mesh(daemon.id, packet)

        async def refused() -> bool:
            return await self.count(daemon, "drop_reference_form_of_pinned") == 1

        await until(refused, "the packet in the clear is refused", 5)
        self.assertEqual(tap.frames().count(packet), 1)
        self.assertEqual(await asyncio.to_thread(daemon.machine.ping, host.ipv4, 2), 2)


def _fragment(packet: bytes) -> bytes:
    """The same IPv4 packet marked as a first fragment, its header checksum in order."""
    changed = packet[:6] + b"\x20\0" + packet[8:10] + bytes(2) + packet[12:]
    return changed[:10] + (0xFFFF - packets.ones_sum(changed[:20])).to_bytes(2, "big") + changed[12:]
