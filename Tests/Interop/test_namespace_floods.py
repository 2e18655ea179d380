"""Honest nodes beside one that floods, and on links that keep breaking (spec/scenarios.md PH-7 and PH-8)."""

from __future__ import annotations

import asyncio
import itertools
import os
import socket
import sys
import time
import unittest
from pathlib import Path

from daemon import Daemon
from lab import Machine
from lab_services import echoes_stream, stream
from mesh_lab import ECHO, PORT, LabCase
from pim_peer.control import ControlFrame, Ping
from pim_peer.node import BRISK, Node, Peer, Timing
from waiting import until

# How long the flood lasts, and what one round of the transfer beside it carries.
SECONDS, ROUND = 3.0, 8 << 20
OVER_LIMIT = "counters.control_over_limit"


class Flood:
    """Pings on a node's link, see ping_flood.py; the node itself says nothing meanwhile."""

    def __init__(self, process: asyncio.subprocess.Process):
        self._process = process

    @classmethod
    async def start(cls, connection: socket.socket) -> Flood:
        program, descriptor = Path(__file__).with_name("ping_flood.py"), connection.fileno()
        pipes = {"stdin": asyncio.subprocess.PIPE, "stdout": asyncio.subprocess.PIPE}
        command = (sys.executable, str(program), str(descriptor))
        return cls(await asyncio.create_subprocess_exec(*command, **pipes, pass_fds=(descriptor,)))

    async def stop(self) -> int:
        """How many pings it sent."""
        self._process.stdin.close()
        sent = int(await asyncio.wait_for(self._process.stdout.readline(), 30))
        await self._process.wait()
        return sent

    def kill(self) -> None:
        if self._process.returncode is None:
            self._process.kill()


class Mute(Node):
    """Answers no pings: an answer amid a frame that another process writes would break the stream."""

    def _control(self, frame: ControlFrame, peer: Peer) -> None:
        if not isinstance(frame, Ping):
            super()._control(frame, peer)


class Floods(LabCase):
    async def neighbour(
        self, name: str, relay: Daemon, timing: Timing = BRISK, kind: type[Node] = Node
    ) -> tuple[Node, socket.socket]:
        """A reference node on a machine of its own, linked with the relay, and its end of the connection."""
        machine = self.box(name)
        address, _ = self.cable(relay.machine, machine)
        node = await self.peer(name, timing=timing, kind=kind)
        connection = await asyncio.to_thread(stream, machine, address, PORT)
        connection.setblocking(False)
        await node.dial(PORT, sock=connection)
        await self.until_linked(relay, node)
        return node, connection

    async def test_a_transfer_and_honest_control_frames_beside_a_flood(self):
        """PH-7, without a figure for speed: everything arrives as it was sent, and all that is refused is flood."""
        client, relay, server = nodes = self.line("client", "relay", "server")
        # What is in a buffer when the flood ends is still to be read.
        relay.machine.run("sysctl", "-qw", "net.ipv4.tcp_rmem=4096 65536 262144")
        await self.up(*nodes)
        self.echo(server.machine, server.ipv4)
        await self.until_pings(client, server.ipv4)
        honest, _ = await self.neighbour("honest", relay)
        bad, connection = await self.neighbour("bad", relay, Timing(advertisement=3600, heartbeat=3600), Mute)
        await until(lambda: honest.table.hops(server.id) == 2, "the honest one knows the server")
        before = {daemon.name: await daemon.counters() for daemon in nodes}

        speaking = asyncio.create_task(self.speak(honest, relay))
        flood = await Flood.start(connection)
        self.addCleanup(flood.kill)
        transferring = asyncio.create_task(self.transfer(client, server, time.monotonic() + SECONDS))
        await asyncio.sleep(SECONDS)
        sent = await flood.stop()
        self.assertGreater(await asyncio.wait_for(transferring, 60), 0)
        speaking.cancel()

        # A sign of life; behind it nothing of the flood is left.
        bad.heartbeat()

        async def refused() -> int:
            return (await relay.counters())[OVER_LIMIT] - before["relay"].get(OVER_LIMIT, 0)

        async def accounted_for() -> bool:
            return await refused() == sent - len(bad.pongs)

        await until(accounted_for, "each ping of the flood is answered or refused, and nothing else", 60, 0.1)
        self.assertGreater(await refused(), 10_000)
        await until(lambda: honest.pongs == self.spoken, "every ping of the honest one is answered, in order")
        self.assertGreater(len(self.spoken), SECONDS * 5)
        self.assertEqual((honest.dropped, honest.table.hops(server.id)), ([], 2))
        for daemon in nodes:
            after = await daemon.counters()
            for name in ("link_stalled", "peer_silent", "session_established", "peer_excluded"):
                self.assertEqual(after.get(f"counters.{name}", 0), before[daemon.name].get(f"counters.{name}", 0), name)
        self.assertEqual(await relay.linked(), {client.id, server.id, honest.id, bad.id})

    async def transfer(self, client: Daemon, server: Daemon, end: float) -> int:
        """Streams that come back as they went, and messages, one after the other until a point in time; how many."""
        for rounds in itertools.count():
            if time.monotonic() > end:
                return rounds
            self.assertTrue(await asyncio.to_thread(echoes_stream, client.machine, server.ipv4, ECHO, ROUND, 60))
            message = await client.send(server.id, f"round {rounds}")
            await self.until_delivered(client, server, message, f"round {rounds}")

    async def speak(self, node: Node, daemon: Daemon) -> None:
        """Ten pings a second; the node's updates come five times a second besides."""
        self.spoken: list[int] = []
        for number in itertools.count(2**32):
            node.peers[daemon.id].link.send_control(Ping(number))
            self.spoken.append(number)
            await asyncio.sleep(0.1)


class Flapping(LabCase):
    async def test_a_link_that_broke_ten_times_is_as_good_as_new(self):
        """PH-8, and PH-6: silence and lost links are no misdeeds. PIM_LONG_TESTS=1 has the scenario's ten long cuts;
        else there is one, and nine that are shorter."""
        client, relay, server = nodes = self.line("client", "relay", "server")
        await self.up(*nodes)
        await self.until_pings(client, server.ipv4)
        nine = [self.long] * 9 if os.environ.get("PIM_LONG_TESTS") else [self.brief] * 7 + [self.unplugged] * 2
        for outage in [*nine, self.long]:
            await outage(client, relay, server)
            await self.until_pings(client, server.ipv4, 35)
        await self.until_pings(server, client.ipv6)
        self.assertEqual(client.machine.ping(server.ipv4, 10), 10)
        for daemon in nodes:
            for name in ("peer_excluded", "address_restricted"):
                self.assertEqual(await self.count(daemon, name), 0, f"{name} at {daemon.name}")

    async def brief(self, client: Daemon, relay: Daemon, server: Daemon) -> None:
        """Packets are lost, the session is not."""
        self.cut(client.machine, relay.machine)
        self.assertEqual(client.machine.ping(server.ipv4, 1, 56, 0.3), 0)
        self.mend(client.machine, relay.machine)

    async def unplugged(self, client: Daemon, relay: Daemon, server: Daemon) -> None:
        """One end has no address any more, and so no route."""
        address = self.address(client.machine, "relay")
        client.machine.ip("addr", "del", address, "dev", "relay")
        await self.until_lost(client, server)
        client.machine.ip("addr", "add", address, "brd", "+", "dev", "relay")

    async def long(self, client: Daemon, relay: Daemon, server: Daemon) -> None:
        """Both ends take the other one for dead."""
        before = [await self.count(daemon, "peer_silent") for daemon in (client, relay)]
        self.cut(client.machine, relay.machine)

        async def given_up() -> bool:
            now = [await self.count(daemon, "peer_silent") for daemon in (client, relay)]
            return all(later > earlier for earlier, later in zip(before, now))

        await until(given_up, "both ends give the session up", 25, 0.1)
        await self.until_lost(relay, client)
        self.mend(client.machine, relay.machine)

    def address(self, machine: Machine, interface: str) -> str:
        return machine.ip("-4", "-o", "addr", "show", "dev", interface).split("inet ")[1].split()[0]

    async def until_lost(self, daemon: Daemon, other: Daemon) -> None:
        async def lost() -> bool:
            return await daemon.hops_to(other.id) is None

        await until(lost, f"{daemon.name} has no route to {other.name} any more", 15, 0.02)


if __name__ == "__main__":
    unittest.main()
