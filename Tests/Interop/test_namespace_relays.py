"""IP through relays, and what happens when they go (spec/scenarios.md MH, segmented)."""

from __future__ import annotations

import asyncio
import errno
import time

from daemon import Daemon
from lab import Machine
from lab_services import echoes_stream, failure_to_connect, lost_datagrams, stream
from mesh_lab import ECHO, SIZES, LabCase
from waiting import until


class Relays(LabCase):
    async def test_a_relay_needs_no_interface(self):
        """Where the interface is off, packets of others still pass; those for the node itself are counted."""
        left, middle, right = (self.box(name) for name in ("client", "relay", "server"))
        _, to_relay = self.cable(left, middle)
        _, to_server = self.cable(middle, right)
        client = self.node(left, to_relay)
        relay = self.node(middle, to_server, interface="enabled = false")
        server = self.node(right)
        await self.up(client, relay, server)
        self.assertNotIn("pim0", middle.ip("-o", "link", "show"))
        self.assertEqual((await relay.call("status"))["interface"], {"name": "", "up": False, "mtu": 0})
        self.echo(right, server.ipv4, server.ipv6)
        for address in (server.ipv4, server.ipv6):
            self.assertEqual(left.ping(address, count=3), 3)
            self.assertTrue(echoes_stream(left, address, ECHO, 1 << 20))
        self.assertIsNotNone(failure_to_connect(left, relay.ipv4, timeout=1))
        self.assertGreater(await self.count(relay, "drop_packet_without_interface"), 0)

    async def test_two_relays_pass_on_what_they_cannot_read(self):
        """MH-1, MH-2, MH-4, MH-8, MH-9."""
        client, first, second, server = nodes = self.line("client", "first", "second", "server")
        await self.up(*nodes)
        self.assertEqual(await client.hops_to(server.id), 3)
        for other in (first, second, server):
            self.assertEqual(client.machine.ping(other.ipv4), 1, other.name)
            self.assertEqual(other.machine.ping(client.ipv6), 1, other.name)
        self.echo(server.machine, server.ipv4, server.ipv6)
        before = await forwarded(first)
        inside = first.machine.tap("pim0")
        cables = [first.machine.tap("client"), second.machine.tap("server")]
        secret = b"sixteen bytes ok"
        self.assertEqual(ping_with(client.machine, server.ipv4, secret, 3), 3)
        self.assertGreaterEqual(await forwarded(first) - before, 6)
        with stream(client.machine, server.ipv4, ECHO) as connection:
            connection.sendall(b"nobody else reads this")
            self.assertEqual(connection.recv(100), b"nobody else reads this")
        for frames in (tap.frames() for tap in cables):
            self.assertTrue(frames)
            passed = b"".join(frames)
            self.assertNotIn(secret, passed)
            self.assertNotIn(b"nobody else reads this", passed)
        self.assertEqual(inside.frames(), [])
        for address in (server.ipv4, server.ipv6):
            self.assertEqual(lost_datagrams(client.machine, address, ECHO, SIZES), [], address)
            self.assertTrue(echoes_stream(client.machine, address, ECHO, 4 << 20), address)
        self.assertTrue(echoes_stream(client.machine, server.ipv4, ECHO, 64 << 20))

    async def diamond(self) -> tuple[Daemon, dict[str, Daemon], Daemon]:
        """client - {left, right} - server"""
        boxes = {name: self.box(name) for name in ("client", "left", "right", "server")}
        to_left, to_right = (self.cable(boxes["client"], boxes[name])[1] for name in ("left", "right"))
        from_left, from_right = (self.cable(boxes[name], boxes["server"])[1] for name in ("left", "right"))
        client = self.node(boxes["client"], to_left, to_right)
        relays = {"left": self.node(boxes["left"], from_left), "right": self.node(boxes["right"], from_right)}
        server = self.node(boxes["server"])
        await self.up(client, server, *relays.values())
        self.echo(server.machine, server.ipv4)
        # The last of the links may come up when there are routes around it already.
        for end in (client, server):
            await until(lambda: (end.told("peers"), end.told("routes")) == (2, 3), f"{end.name} has both peers", 10, 0.1)
        self.assertEqual(client.machine.ping(server.ipv4, count=3), 3)
        return client, relays, server

    async def test_a_relay_that_falls_silent_is_replaced_and_connections_stay(self):
        """MH-10, MH-11, MH-14, MH-15, MH-18: nobody is told of a cut cable or of a suspended machine."""
        client, relays, server = await self.diamond()
        with stream(client.machine, server.ipv4, ECHO) as connection:
            connection.settimeout(20)
            connection.sendall(b"before")
            self.assertEqual(connection.recv(100), b"before")
            name = await self.relay_between(client, server, relays)
            for end in (client, server):
                self.cut(relays[name].machine, end.machine)
            self.assertLess(await self.until_pings(client, server.ipv4, 15), 8, "after a cut")
            connection.sendall(b"after a cut")
            self.assertEqual(await asyncio.to_thread(connection.recv, 100), b"after a cut")
            for end in (client, server):
                self.mend(relays[name].machine, end.machine)
            for end in (client, server):
                await self.until_route(relays[name], end)
            name = await self.relay_between(client, server, relays)
            relays[name].freeze()
            self.assertLess(await self.until_pings(client, server.ipv4, 15), 8, "after a suspension")
            connection.sendall(b"after a suspension")
            self.assertEqual(await asyncio.to_thread(connection.recv, 100), b"after a suspension")
            relays[name].thaw()
        # Nothing is left: the route goes for good, and who asks is told.
        for relay in relays.values():
            self.cut(relay.machine, server.machine)

        async def gone() -> bool:
            hops = await client.hops_to(server.id)
            self.assertLessEqual(hops or 0, 10)
            return hops is None

        await until(gone, "the route is gone", 25)
        self.assertEqual(failure_to_connect(client.machine, server.ipv4), errno.ENETUNREACH)
        # Nor does it come back as an echo with anybody's next update, of which each sends one in five seconds.
        end = time.monotonic() + 6
        while time.monotonic() < end:
            for daemon in (client, *relays.values()):
                self.assertIsNone(await daemon.hops_to(server.id), f"the route of {daemon.name} is back")
            await asyncio.sleep(0.1)

    async def test_a_relay_that_dies_is_replaced_and_connections_stay(self):
        """MH-10 to MH-13, MH-15, MH-17."""
        client, relays, server = await self.diamond()
        with stream(client.machine, server.ipv4, ECHO) as connection:
            connection.settimeout(15)
            for round_, how in enumerate(("kill", "stop")):
                name = await self.relay_between(client, server, relays)
                dead = relays[name]
                await (dead.kill() if how == "kill" else dead.stop())
                took = await self.until_pings(client, server.ipv4, 10)
                self.assertLess(took, 3 if how == "kill" else 2, f"after {how} of {name}")
                other = next(relay for relay in relays.values() if relay is not dead)
                left = (client, server, other)
                await until(lambda: [daemon.told("peers") for daemon in left] == [1, 1, 2], f"{name} is missed", 3)
                text = f"round {round_}".encode()
                connection.sendall(text)
                self.assertEqual(await asyncio.to_thread(connection.recv, 100), text)
                await dead.start()
                await self.until_route(dead, server)
                await self.until_route(dead, client)

    async def relay_between(self, client: Daemon, server: Daemon, relays: dict[str, Daemon]) -> str:
        """Through which relay the client's packets go, by watching them."""
        before = {name: await forwarded(relay) for name, relay in relays.items()}
        self.assertEqual(client.machine.ping(server.ipv4, count=5), 5)
        grown = {name: await forwarded(relay) - before[name] for name, relay in relays.items()}
        return max(grown, key=grown.get)


async def forwarded(daemon: Daemon) -> int:
    return (await daemon.call("status"))["stats"]["forwarded_packets"]


def ping_with(machine: Machine, address: str, pattern: bytes, count: int) -> int:
    return machine.ping(address, count, 64, 2, "-p", pattern.hex())


