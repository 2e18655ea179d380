"""IP between a shipped daemon and a node with the habits of the reference, which is written from the standard alone
(spec/wire.md 9 and 10, spec/host-network.md 3, design/extensions.md 5 and 6)."""

from __future__ import annotations

import asyncio
import os
import socket
from dataclasses import replace

from daemon import Daemon
from lab_services import DatagramEcho, echoes_stream, lost_datagrams, stream
from mesh_lab import ECHO, PORT, WEB4, WEB6
from pim_peer import packets
from pim_peer.frames import IS_E2E, IS_FRAGMENT, IS_INTERNET, MeshFrame
from pim_peer.host import Host, leaves
from reference_case import ReferenceCase
from waiting import until

SOL_UDP, UDP_SEGMENT = 17, 103
MTU = 1400


class Packets(ReferenceCase):
    async def test_packets_both_ways_byte_for_byte(self):
        daemon, host = await self.pair()
        machine = daemon.machine
        tap = machine.tap("pim0")
        for ours, theirs in ((daemon.ipv4, host.ipv4), (daemon.ipv6, host.ipv6)):
            self.assertEqual(await self.off_loop(machine.ping, theirs, 3), 3)
            # What the kernel sent is what arrived, and the other way round.
            for number in range(3):
                data = os.urandom(1 + 400 * number)
                request = packets.echo(theirs, ours, data, number)
                host.send(daemon.id, request)
                answer = packets.answer_to_echo(request)
                await until(lambda: any(a.packet.body == answer.body for a in host.arrived), "the kernel answers")
                self.assertIn(request.encode(), tap.frames())
        self.assertEqual(host.refused, [])
        frames = tap.frames()
        for arrival in host.arrived:
            self.assertIn(arrival.raw, frames)
            self.assertEqual(arrival.flags, 0)

    async def test_datagrams_of_all_sizes(self):
        """Large ones leave in fragments of IP, and arrive in those of the reference."""
        daemon, host = await self.pair()
        machine = daemon.machine
        for ours, theirs in ((daemon.ipv4, host.ipv4), (daemon.ipv6, host.ipv6)):
            # Every answer above 1160 bytes comes in fragments of the reference.
            lost = await self.off_loop(lost_datagrams, machine, theirs, ECHO, (1, 500, 1132, 1133, 1172, 1173, 1352))
            self.assertEqual(lost, [])
            host.arrived.clear()
            family = socket.AF_INET6 if ":" in ours else socket.AF_INET
            with machine.inside(lambda: socket.socket(family, socket.SOCK_DGRAM)) as local:
                local.bind((ours, 0))
                local.settimeout(5)
                port = local.getsockname()[1]
                for size in (9000, 65_000):
                    data = os.urandom(size)
                    host.send(daemon.id, packets.udp(theirs, ours, (ECHO, port), data))
                    self.assertEqual(await self.off_loop(local.recv, 65_535), data, f"{size} bytes in pieces")
                    host.send(daemon.id, packets.udp(theirs, ours, (ECHO, port), data), pieces=False)
                    self.assertEqual(await self.off_loop(local.recv, 65_535), data, f"{size} bytes whole")
                data = os.urandom(9000)
                local.sendto(data, (theirs, ECHO))
                await until(lambda: reassembled(host) == data, "9000 bytes arrive in fragments of IP", 5)
        self.assertEqual(host.refused, [])

    async def test_a_large_packet_travels_whole(self):
        """Nobody makes fragments of the reference towards the reference (spec/wire.md 20.7)."""
        daemon, host = await self.pair(interface="enabled = true\nmtu = 9100")
        for address in (host.ipv4, host.ipv6):
            self.assertEqual(await self.off_loop(lost_datagrams, daemon.machine, address, ECHO, (9000,)), [])
        self.assertFalse([arrival for arrival in host.arrived if arrival.flags & IS_FRAGMENT])
        self.assertTrue([arrival for arrival in host.arrived if len(arrival.raw) > 9000])

    async def test_super_packets_are_cut_and_the_pace_is_kept(self):
        """TCP and UDP super-packets of the kernel arrive as packets; 200 frames a second are not exceeded."""
        daemon, host = await self.pair()
        machine = daemon.machine
        for address in (host.ipv4, host.ipv6):
            host.arrived.clear()
            data = os.urandom(60_000)
            with await self.off_loop(stream, machine, address, 80) as connection:
                connection.settimeout(10)
                key = connection.getsockname()[:2]
                await self.off_loop(connection.sendall, data)
                await until(lambda: bytes(host.streams[key]) == data, "the stream arrives", 10)
            self.assertLessEqual(max(len(arrival.raw) for arrival in host.arrived), MTU)
            self.assertGreater(len(host.of(packets.TCP)), 40)
            host.answers = False
            family = socket.AF_INET6 if ":" in address else socket.AF_INET
            with machine.inside(lambda: socket.socket(family, socket.SOCK_DGRAM)) as sender:
                sender.setsockopt(SOL_UDP, UDP_SEGMENT, 1000)
                data = os.urandom(20_500)
                sender.sendto(data, (address, ECHO))
            await until(lambda: joined(host) == data, "21 datagrams arrive", 5)
            self.assertEqual([len(a.packet.data) for a in host.of(packets.UDP)], [1000] * 20 + [500])
            host.answers = True
        # Far more than that: what does not fit is lost here and not there.
        host.answers = False
        host.arrived.clear()
        with machine.inside(lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) as sender:
            for _ in range(3):
                for _ in range(400):
                    sender.sendto(bytes(1000), (host.ipv4, ECHO))
                await asyncio.sleep(0.5)
        await until(lambda: len(host.arrived) > 200, "datagrams arrive", 5)
        times = [arrival.time for arrival in host.arrived]
        busiest = max(sum(start <= other < start + 1 for other in times) for start in times)
        self.assertLessEqual(busiest, 220)
        self.assertEqual((host.refused, host.node.dropped), ([], []))
        self.assertIn(host.node.id, await daemon.linked())

    async def test_lies_are_dropped_and_counted(self):
        daemon, host = await self.pair()
        tap = daemon.machine.tap("pim0")
        stranger = "10.77.3.4"
        data = b"this is a lie"
        lies = {
            "packet_foreign_source": [
                packets.udp(stranger, daemon.ipv4, (1, 2), data),
                packets.udp(WEB4, daemon.ipv4, (1, 2), data),
                packets.udp(daemon.ipv4, daemon.ipv4, (1, 2), data),
                packets.udp("127.0.0.1", daemon.ipv4, (1, 2), data),
                packets.udp("fd77::1", daemon.ipv6, (1, 2), data),
                packets.udp(WEB6, daemon.ipv6, (1, 2), data),
                packets.udp("fe80::1", daemon.ipv6, (1, 2), data),
            ],
            "packet_foreign_destination": [
                packets.udp(host.ipv4, stranger, (1, 2), data),
                packets.udp(host.ipv4, WEB4, (1, 2), data),
                packets.udp(host.ipv4, "127.0.0.1", (1, 2), data),
                packets.udp(host.ipv4, "224.0.0.1", (1, 2), data),
                packets.udp(host.ipv4, "10.77.255.255", (1, 2), data),
                packets.udp(host.ipv4, "255.255.255.255", (1, 2), data),
                packets.udp(host.ipv6, WEB6, (1, 2), data),
                packets.udp(host.ipv6, "ff02::1", (1, 2), data),
                packets.udp(host.ipv6, "::1", (1, 2), data),
            ],
            "packet_malformed": [
                b"\x45",
                b"\x25" + packets.udp(host.ipv4, daemon.ipv4, (1, 2), data).encode()[1:],
                packets.udp(host.ipv4, daemon.ipv4, (1, 2), data).encode()[:-1],
                packets.udp(host.ipv4, daemon.ipv4, (1, 2), data).encode() + b"!",
                packets.udp(host.ipv6, daemon.ipv6, (1, 2), data).encode()[:39],
            ],
        }
        for name, packets_ in lies.items():
            before = await self.count(daemon, name)
            for packet in packets_:
                host.send(daemon.id, packet)
            await self.until_same_count(daemon, name, before + len(packets_))
        # Internet flags change nothing, and a node that is no gateway opens no box.
        before = await self.count(daemon, "packet_foreign_destination")
        host.send(daemon.id, packets.udp(host.ipv4, WEB4, (1, 2), data), IS_INTERNET)
        await self.until_same_count(daemon, "packet_foreign_destination", before + 1)
        boxed = packets.udp(host.ipv4, daemon.ipv4, (1, 2), data)
        host.send(daemon.id, boxed, IS_E2E)
        host.send(daemon.id, packets.udp(host.ipv4, daemon.ipv4, (1, 2), data + bytes(4000)), leaves())
        await self.until_same_count(daemon, "box_refused", 2)
        self.assertFalse([frame for frame in tap.frames() if data in frame])
        self.assertEqual(await self.off_loop(daemon.machine.ping, host.ipv4), 1)


class AsGateway(ReferenceCase):
    async def test_a_reference_gateway_gets_boxes_and_its_answers_arrive(self):
        daemon, host = await self.pair(is_gateway=True)
        machine = daemon.machine
        machine.ip("route", "add", "198.51.100.0/24", "dev", "pim0")
        machine.ip("-6", "route", "add", "2001:db8::/32", "dev", "pim0", "src", daemon.ipv6)

        async def chosen() -> bool:
            return bool((await daemon.call("route.table"))["gateways"])

        await until(chosen, "the gateway is known")
        # As the reference answers, and as this project does (rule H-1).
        for flags in (IS_INTERNET, 0):
            host.answer_flags = flags
            for address in (WEB4, WEB6):
                host.arrived.clear()
                self.assertEqual(await self.off_loop(machine.ping, address, 2), 2, f"{address}, answers {flags:#x}")
                self.assertEqual({arrival.flags for arrival in host.arrived}, {leaves()})
                lost = await self.off_loop(lost_datagrams, machine, address, ECHO, (1, 1133, 1352))
                self.assertEqual(lost, [], f"{address}, answers {flags:#x}")
        with await self.off_loop(stream, machine, WEB4, 80) as connection:
            key = connection.getsockname()[:2]
            data = os.urandom(30_000)
            await self.off_loop(connection.sendall, data)
            await until(lambda: bytes(host.streams[key]) == data, "the stream arrives", 10)
        self.assertEqual(host.refused, [])
        # To the gateway's own address nothing is boxed.
        self.assertEqual(await self.off_loop(machine.ping, host.ipv4), 1)
        self.assertEqual({a.flags for a in host.arrived if a.packet.target == host.ipv4}, {0})


class TowardsGateway(ReferenceCase):
    async def test_a_reference_node_gets_out(self):
        """IS_E2E and IS_INTERNET towards a shipped gateway; what returns has no flags (rule H-1)."""
        self.internet()
        box, python = self.box("gateway"), self.box("python")
        address, _ = self.cable(box, python)
        uplink4, uplink6 = self.uplink(box)
        gateway = await self.node(box, gateway=True).start()

        async def active() -> bool:
            return (await gateway.call("gateway.status"))["active"]

        await until(active, "the gateway is active")
        host = await self.reference(python, gateway, address)
        await until(lambda: gateway.id in host.node.directory, "the key of the gateway is known")
        host.answers = False
        for own, target, uplink in ((host.ipv4, WEB4, uplink4), (host.ipv6, WEB6, uplink6)):
            echo = self.serve(DatagramEcho(self.server, target, ECHO + 1))
            # What is too large for the way out is cut by routers in IPv4 only.
            large = (9000, 4000) if ":" not in own else (1352, 1352)
            for flags, size in ((leaves(), 1), (leaves(), large[0]), (leaves(False), 500), (leaves(False), large[1])):
                host.arrived.clear()
                data = os.urandom(size)
                host.send(gateway.id, packets.udp(own, target, (5000, ECHO + 1), data), flags)
                await until(lambda: reassembled(host) == data, f"{size} bytes with {flags:#x} return", 5)
                self.assertEqual({arrival.flags for arrival in host.arrived}, {0}, "rule H-1")
            self.assertEqual(set(echo.seen), {uplink})
            request = packets.echo(own, target, b"out and back")
            host.send(gateway.id, request, leaves())
            await until(lambda: any(a.packet.data == b"out and back" for a in host.arrived), "the ping returns", 5)
        host.arrived.clear()
        host.send(gateway.id, packets.udp(host.ipv6, WEB6, (5000, ECHO + 1), bytes(4000)), leaves())
        await until(lambda: host.of(packets.ICMP6), "the gateway says that it is too big", 5)
        error = host.arrived[0].packet
        self.assertEqual((error.source, error.body[:2], error.body[4:8]), (gateway.ipv6, b"\x02\0", b"\0\0\x05\xdc"))
        # The gateway's own address, in a box and without one.
        for number, flags in enumerate((0, leaves()), 10):
            host.send(gateway.id, packets.echo(host.ipv4, gateway.ipv4, b"you", number), flags)
            wanted = packets.echo(gateway.ipv4, host.ipv4, b"you", number, is_request=False)
            await until(lambda: any(a.packet.body == wanted.body for a in host.arrived), "it answers", 5)
        # In a name that is not its own nothing leaves.
        tap = self.router.tap("eth0")
        before = await self.count(gateway, "packet_foreign_source")
        for flags in (leaves(), leaves(False)):
            host.send(gateway.id, packets.udp("10.77.1.9", WEB4, (5000, ECHO), b"not mine"), flags)
            host.send(gateway.id, packets.udp("192.0.2.7", WEB4, (5000, ECHO), b"not mine"), flags)
        await self.until_same_count(gateway, "packet_foreign_source", before + 4)
        self.assertFalse([frame for frame in tap.frames() if b"not mine" in frame])
        self.assertEqual(host.refused, [])


class ThroughARelay(ReferenceCase):
    async def test_the_ttl_of_frames(self):
        """MH-5 to MH-7: reference node - relay - server."""
        python, relay_box, server_box = self.box("python"), self.box("relay"), self.box("server")
        address, _ = self.cable(relay_box, python)
        _, next_address = self.cable(relay_box, server_box)
        relay, server = self.node(relay_box, next_address), self.node(server_box)
        await self.up(relay, server)
        host = await self.reference(python, relay, address)
        await until(lambda: host.node.table.hops(server.id) == 2, "the reference node knows the server")
        tap = server.machine.tap("pim0")
        for ttl in (1, 2, 8, 255):
            data = os.urandom(16)
            host.send(server.id, packets.udp(host.ipv4, server.ipv4, (5000, 5000), data), ttl=ttl)
            await until(lambda: any(data in frame for frame in tap.frames()), f"delivered with ttl {ttl}", 5)
        before = await self.count(relay, "drop_ttl_expired")
        host.send(server.id, packets.udp(host.ipv4, server.ipv4, (5000, 5000), b"no further"), ttl=0)
        await self.until_same_count(relay, "drop_ttl_expired", before + 1)
        self.assertFalse([frame for frame in tap.frames() if b"no further" in frame])
        self.assertEqual(await self.off_loop(server.machine.ping, host.ipv4, 2), 2)
        self.assertEqual(await self.off_loop(server.machine.ping, host.ipv6, 2), 2)


class AsRelay(ReferenceCase):
    """client - reference node - server: packets of daemons through a node that knows nothing of how they are sealed."""

    async def chain(self, gateway: bool = False) -> tuple[Daemon, Host, Daemon]:
        """All of them running; the server may be a gateway."""
        left, middle, right = self.box("client"), self.box("python"), self.box("far")
        address, _ = self.cable(left, middle)
        next_address, _ = self.cable(right, middle)
        uplink = self.uplink(right) if gateway else (None, None)
        client, server = self.node(left), self.node(right, gateway=gateway)
        server.uplink4, server.uplink6 = uplink
        await self.start(client, server)
        relay = await self.reference(middle, client, address)
        connection = await asyncio.to_thread(stream, middle, next_address, PORT)
        connection.setblocking(False)
        await relay.node.dial(PORT, sock=connection)
        await self.until_route(client, server)
        await self.until_route(server, client)
        # The first packets wait until both know how the other one takes them.
        self.assertEqual(await self.off_loop(left.ping, server.ipv4, 3, 56, 5), 3)
        return client, relay, server

    async def test_it_passes_on_what_it_cannot_read(self):
        client, relay, server = await self.chain()
        self.echo(server.machine, server.ipv4, server.ipv6)
        relay.node.relayed.clear()
        pattern = b"sixteen bytes ok"
        for address in (server.ipv4, server.ipv6):
            sent = await self.off_loop(client.machine.ping, address, 2, 64, 2, "-p", pattern.hex())
            self.assertEqual(sent, 2)
            lost = await self.off_loop(lost_datagrams, client.machine, address, ECHO, (1, 1373, 9000))
            self.assertEqual(lost, [])
            self.assertTrue(await self.off_loop(echoes_stream, client.machine, address, ECHO, 200_000))
        frames = [frame for _, _, frame in relay.node.relayed]
        self.assertFalse([frame for frame in frames if pattern in frame.payload])
        # Super-packets travel whole between the two.
        self.assertGreater(max(len(frame.payload) for frame in frames), 9000)
        self.assertEqual(relay.node.dropped, [])

    async def test_it_cannot_read_what_leaves_the_mesh_or_comes_back(self):
        """MH-4: not in the frames as it has them in the clear, and not on its cables."""
        self.internet()
        client, relay, gateway = await self.chain(gateway=True)
        machine = client.machine
        await self.until_gateway(client, gateway)
        self.assertEqual((await self.off_loop(client.pim, "route", "on")).returncode, 0)
        cables = [client.machine.tap("python"), gateway.machine.tap("python")]
        relay.node.relayed.clear()
        pattern = b"sixteen bytes ok"
        for address, uplink in ((WEB4, gateway.uplink4), (WEB6, gateway.uplink6)):
            self.assertEqual(await self.off_loop(machine.ping, address, 3, 64, 2, "-p", pattern.hex()), 3)
            host = f"[{address}]" if ":" in address else address
            self.assertEqual(await self.off_loop(machine.fetch, f"http://{host}/"), uplink)
        ends = {client.id, gateway.id}
        carried = [frame for _, _, frame in relay.node.relayed if {frame.source, frame.destination} == ends]
        for source in (client.id, gateway.id):
            # Six pings, and a request or a page of each version.
            self.assertGreater(len([f for f in carried if f.source == source and f.payload[:1] == b"\x43"]), 8)
        read = b"".join(frame.payload for frame in carried) + b"".join(b"".join(tap.frames()) for tap in cables)
        for text in (pattern, b"GET / HTTP", b"200 OK", gateway.uplink4.encode(), gateway.uplink6.encode()):
            self.assertNotIn(text, read)
        self.assertEqual((relay.refused, relay.node.dropped), ([], []))

    async def test_what_it_changes_or_repeats_is_not_taken(self):
        client, relay, server = await self.chain()
        machine, tap = client.machine, server.machine.tap("pim0")
        recorded: list[MeshFrame] = []

        def tamper(change) -> None:
            """What becomes of sealed packets from now on."""

            def meddle(frame: MeshFrame) -> list[MeshFrame]:
                if frame.payload[:1] != b"\x43":
                    return [frame]
                recorded.append(frame)
                return change(frame)

            relay.node.tamper = meddle

        def pings_seen() -> int:
            """Requests that came to the server, and its answers."""
            return len([frame for frame in tap.frames() if frame[9:10] == b"\x01"])

        tamper(lambda frame: [frame] * 3)
        self.assertEqual(await self.off_loop(machine.ping, server.ipv4, 3), 3)
        self.assertEqual(pings_seen(), 6, "three requests and their answers, each once")

        tamper(lambda frame: [replace(frame, payload=frame.payload[:-1] + bytes([frame.payload[-1] ^ 1]))])
        self.assertEqual(await self.off_loop(machine.ping, server.ipv4, 2, 56, 0.5), 0)
        clear = packets.echo(client.ipv4, server.ipv4, b"mine").encode()
        tamper(lambda frame: [replace(frame, payload=clear, flags=0)])
        self.assertEqual(await self.off_loop(machine.ping, server.ipv4, 2, 56, 0.5), 0)
        self.assertEqual(pings_seen(), 6)
        self.assertEqual(await self.count(server, "drop_reference_form_of_pinned"), 2)

        # What it recorded is taken once, late, where it never arrived as it was: two requests and two more.
        relay.node.tamper = None
        for frame in recorded + recorded:
            relay.node.relay_on(frame)
        self.assertEqual(await self.off_loop(machine.ping, server.ipv4, 3), 3)
        self.assertEqual(pings_seen(), 6 + 2 * 4 + 6)


def joined(host: Host) -> bytes:
    return b"".join(arrival.packet.data for arrival in host.of(packets.UDP))


def reassembled(host: Host) -> bytes | None:
    """The data of the last datagram that arrived whole, or else of the only one in fragments of IP; None while
    something is missing."""
    received = [arrival.packet for arrival in host.of(packets.UDP)]
    whole = [packet for packet in received if packet.fragment is None]
    if whole:
        return whole[-1].data
    parts = sorted(received, key=lambda packet: packet.fragment[0])
    body = b""
    for packet in parts:
        if packet.fragment[0] != len(body):
            return None
        body += packet.body
    return body[8:] if parts and not parts[-1].fragment[1] else None
