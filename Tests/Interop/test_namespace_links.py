"""Links between shipped daemons on networks that break (spec/scenarios.md RS-1 to RS-4, AC-10, MH-14, MH-15)."""

from __future__ import annotations

import asyncio
import os
import shutil
import time
from pathlib import Path

import lab
from daemon import Daemon
from mesh_case import MeshCase
from waiting import until

PORT = 9100
MISSING = lab.missing()


class LinkCase(MeshCase):
    def setUp(self):
        if MISSING:
            self.fail(MISSING) if os.environ.get("CI") in ("true", "1") else self.skipTest(MISSING)
        super().setUp()
        self.lab = lab.Lab()
        self.addCleanup(self.lab.close)
        # (machine, segment) -> the switch's end of the cable, and the machine's.
        self.cables: dict[tuple[str, str], tuple[str, str]] = {}

    def node(self, name: str, *plugs: tuple[str, str], peers: tuple[str, ...] = (), **options) -> Daemon:
        """A machine with an address on each (segment, address), and a daemon on it that is not started yet."""
        machine = self.lab.machine(name)
        for index, (segment, address) in enumerate(plugs):
            self.lab.plug(machine, segment, address, f"eth{index}")
            port = machine.ip("-o", "link", "show", f"eth{index}").split("eth")[1].split("@if")[1].split(":")[0]
            ends = self.lab.switch.ip("-o", "link", "show", "type", "veth")
            line = next(line for line in ends.splitlines() if line.startswith(f"{port}: "))
            self.cables[name, segment] = (line.split(": ")[1].split("@")[0], f"eth{index}")
        daemon = self.prepare(name, port=PORT, peers=peers, launcher=machine.launcher, **options)
        daemon.machine = machine
        return daemon

    def cut(self, name: str, segment: str) -> None:
        """Nothing gets through any more, and nobody is told."""
        self.lab.switch.ip("link", "set", self.cables[name, segment][0], "nomaster")

    def mend(self, name: str, segment: str) -> None:
        self.lab.switch.ip("link", "set", self.cables[name, segment][0], "master", segment)

    async def start(self, *daemons: Daemon) -> None:
        await asyncio.gather(*(daemon.start() for daemon in daemons))

    async def until_hops(self, daemon: Daemon, other: Daemon, hops: int | None, timeout: float) -> float:
        """Waits for a route of so many hops and says how long that took."""
        began = time.monotonic()

        async def has() -> bool:
            return await daemon.hops_to(other.id) == hops

        await until(has, f"{daemon.name} is {hops} hops away from {other.name}", timeout, every=0.05)
        return time.monotonic() - began

    async def count(self, daemon: Daemon, name: str) -> int:
        return (await daemon.counters()).get(f"counters.{name}", 0)

    async def address_of(self, daemon: Daemon, other: Daemon) -> str | None:
        """Where the link that carries leads, without the port."""
        for peer in await daemon.call("peers.list"):
            if peer["node_id"] == other.id.hex() and peer["state"] == "active":
                return peer["address"].rsplit(":", 1)[0]
        return None

    async def never_lost(self, daemon: Daemon, other: Daemon, seconds: float) -> None:
        """Fails as soon as the route is gone."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.assertIsNotNone(await daemon.hops_to(other.id), f"{daemon.name} lost its route to {other.name}")
            await asyncio.sleep(0.05)


class SilentDeath(LinkCase):
    async def test_a_cut_cable_is_left_for_a_relay_and_costs_no_handshake(self):
        """RS-3, MH-14, MH-15: within 5 s the way round is used; the session outlives the cut."""
        a = self.node("a", ("direct", "10.1.0.1/24"), ("left", "10.2.0.1/24"), peers=("10.1.0.2:9100", "10.2.0.3:9100"))
        b = self.node("b", ("direct", "10.1.0.2/24"), ("right", "10.3.0.2/24"), peers=("10.3.0.3:9100",))
        relay = self.node("r", ("left", "10.2.0.3/24"), ("right", "10.3.0.3/24"))
        await self.start(a, b, relay)
        await self.until_hops(a, b, 1, 15)
        await self.until_hops(relay, b, 1, 15)
        await self.until_hops(relay, a, 1, 15)
        before = [await self.count(daemon, "session_established") for daemon in (a, b)]
        self.cut("a", "direct")
        took, back = await asyncio.gather(self.until_hops(a, b, 2, 8), self.until_hops(b, a, 2, 8))
        self.assertLess(max(took, back), 6)
        # What TCP repeats it repeats 6.2 s after the cut, and then only 12.6 s after it.
        self.mend("a", "direct")
        await self.until_hops(a, b, 1, 10)
        self.assertEqual([await self.count(daemon, "session_established") for daemon in (a, b)], before)
        self.assertEqual(a.machine.connections(PORT), 2)

    async def test_a_frozen_process_is_left_and_taken_back(self):
        """As a suspended laptop: nobody shakes hands again after a pause of seven seconds."""
        b = self.node("b", ("lan", "10.1.0.2/24"))
        a = self.node("a", ("lan", "10.1.0.1/24"), peers=("10.1.0.2:9100",))
        await self.start(b, a)
        await self.until_hops(a, b, 1, 15)
        before = await self.count(a, "session_established")
        b.freeze()
        self.assertLess(await self.until_hops(a, b, None, 8), 6)
        await asyncio.sleep(2)
        b.thaw()
        self.assertLess(await self.until_hops(a, b, 1, 5), 2)
        await self.until_hops(b, a, 1, 5)
        self.assertEqual(await self.count(a, "session_established"), before)


class Addresses(LinkCase):
    async def test_a_new_address_of_the_dialler_costs_two_seconds_at_most(self):
        """RS-2 with another address: the kernel tells, nobody waits for a timer."""
        b = self.node("b", ("lan", "10.1.0.2/24"))
        a = self.node("a", ("lan", "10.1.0.1/24"), peers=("10.1.0.2:9100",))
        await self.start(b, a)
        await self.until_hops(a, b, 1, 15)
        a.machine.ip("addr", "add", "10.1.0.7/24", "dev", "eth0")
        a.machine.ip("addr", "del", "10.1.0.1/24", "dev", "eth0")
        # The second address of a subnet goes with the first unless the kernel is told to promote it.
        a.machine.ip("addr", "replace", "10.1.0.7/24", "dev", "eth0")
        began = time.monotonic()

        async def has_moved() -> bool:
            return await self.address_of(b, a) == "10.1.0.7" and await a.hops_to(b.id) == 1

        await until(has_moved, "b sees a at its new address", 6, every=0.05)
        self.assertLess(time.monotonic() - began, 3)
        self.assertEqual(a.machine.connections(PORT), 1)

    async def test_a_peer_that_moved_is_found_by_its_name(self):
        """The name is resolved anew at every attempt, and every address of it is tried."""
        hosts = Path(f"/etc/netns/{self.lab._prefix}a/hosts")
        hosts.parent.mkdir(parents=True)
        self.addCleanup(shutil.rmtree, hosts.parent, True)
        # The first address leads nowhere.
        hosts.write_text("10.1.0.99 b.test\n10.1.0.2 b.test\n")
        b = self.node("b", ("lan", "10.1.0.2/24"))
        a = self.node("a", ("lan", "10.1.0.1/24"), peers=("b.test:9100",))
        await self.start(b, a)
        await self.until_hops(a, b, 1, 15)
        # In place: the file is what the namespace has mounted.
        hosts.write_text("10.1.0.99 b.test\n10.1.0.8 b.test\n")
        b.machine.ip("addr", "del", "10.1.0.2/24", "dev", "eth0")
        b.machine.ip("addr", "add", "10.1.0.8/24", "dev", "eth0")
        await self.until_hops(a, b, None, 6)
        await self.until_hops(a, b, 1, 20)
        self.assertEqual(await self.address_of(a, b), "10.1.0.8")


class TwoLinks(LinkCase):
    async def test_one_carries_and_the_other_takes_over(self):
        """Roaming between two networks that lead to one peer."""
        networks = {"10.1.0.2": "wire", "10.2.0.2": "air"}
        b = self.node("b", ("wire", "10.1.0.2/24"), ("air", "10.2.0.2/24"))
        a = self.node(
            "a", ("wire", "10.1.0.1/24"), ("air", "10.2.0.1/24"), peers=tuple(f"{host}:9100" for host in networks)
        )
        await self.start(b, a)
        await self.until_hops(a, b, 1, 15)
        await until(lambda: a.machine.connections(PORT) == 2, "two links stand", 15, every=0.1)
        carrying = await self.address_of(a, b)
        listed = next(peer for peer in await a.call("peers.list") if peer["node_id"] == b.id.hex())
        self.assertEqual({carrying, listed["standby_address"].partition(":")[0]}, set(networks))

        # One network falls silent: the other one takes over, and no route is lost meanwhile.
        self.cut("a", networks[carrying])

        async def has_moved() -> bool:
            return await self.address_of(a, b) not in (carrying, None)

        began = time.monotonic()
        moved, _, _ = await asyncio.gather(
            until(has_moved, "the other network carries", 5, every=0.05),
            self.never_lost(a, b, 6),
            self.never_lost(b, a, 6),
        )
        self.assertTrue(moved)
        self.mend("a", networks[carrying])
        await until(lambda: a.machine.connections(PORT) == 2, "two links stand again", 20, every=0.1)
        self.assertEqual(await self.count(a, "peer_silent"), 0, f"after {time.monotonic() - began:.1f} s")

        async def both_heard() -> bool:
            return await self.count(a, "link_revived") >= await self.count(a, "link_stalled")

        await until(both_heard, "the mended link is heard again", 10, every=0.1)

        # The interface that carries now is switched off: the kernel tells, and the other one takes over at once.
        carrying = await self.address_of(a, b)
        a.machine.ip("link", "set", self.cables["a", networks[carrying]][1], "down")
        began = time.monotonic()
        await asyncio.gather(until(has_moved, "the other network carries", 5, every=0.02), self.never_lost(a, b, 3))
        message = await a.send(b.id, "still here")

        async def arrived() -> bool:
            return (await a.message(b.id, message))["status"] == "delivered"

        await until(arrived, "a message arrives", 5)

    async def test_two_daemons_that_dial_each_other_at_the_same_instant_keep_one_link(self):
        """AC-10."""
        nodes = [
            self.node(f"n{i}", ("lan", f"10.1.0.{i + 1}/24"), peers=(f"10.1.0.{2 - i}:9100",)) for i in range(2)
        ]
        await self.start(*nodes)
        await self.until_hops(nodes[0], nodes[1], 1, 15)
        await asyncio.sleep(1.5)
        links = [await self.count(node, "session_established") for node in nodes]
        await self.never_lost(nodes[0], nodes[1], 4)
        self.assertEqual(nodes[0].machine.connections(PORT), 1)
        self.assertEqual([await self.count(node, "session_established") for node in nodes], links)
