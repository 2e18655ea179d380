"""What becomes of a neighbour that lies about routes, repeats itself or never stops talking (spec/scenarios.md PH-1 to
PH-6 and PH-15, with the limits of docs/security.md)."""

from __future__ import annotations

import asyncio
import contextlib
import random
import time
import unittest
from dataclasses import replace

from hostile_case import HostileCase, NeighbourCase
from pim_peer.control import Ping, PluginPayload
from pim_peer.extended import ExtendedNode
from pim_peer.frames import (
    CONTROL,
    HEARTBEAT,
    ROUTE_UPDATE,
    Heartbeat,
    MeshFrame,
    RouteEntry,
    RouteUpdate,
)
from pim_peer.identity import Identity
from pim_peer.link import Link
from pim_peer.node import Node, Timing
from waiting import until

# A neighbour that says nothing but what a test has it say.
SILENT = Timing(advertisement=3600, heartbeat=3600)


class UpdateCase(NeighbourCase):
    """The bad one has told once that it knows a ghost two hops away from the target."""

    timing = SILENT

    async def asyncSetUp(self):
        await super().asyncSetUp()
        self.ghost, self.other = (Identity.generate().node_id for _ in range(2))
        self.tell(self.signed(10, RouteEntry(self.ghost, 1)))
        await self.until_hops(self.ghost, 2)
        await until(lambda: self.honest.table.hops(self.ghost) == 3, "the honest one hears of the ghost")
        self.routes_before = await self.routes()

    def update(self, sequence: int, *entries: RouteEntry) -> RouteUpdate:
        return RouteUpdate(self.bad.id, sequence, (RouteEntry(self.bad.id, 0), *entries))

    def signed(self, sequence: int, *entries: RouteEntry) -> RouteUpdate:
        return self.update(sequence, *entries).signed_by(self.bad.identity)

    def tell(self, *updates: RouteUpdate) -> None:
        for update in updates:
            self.link.send_frame(ROUTE_UPDATE, update.encode())

    async def routes(self) -> dict[str, tuple[int, str, bool]]:
        rows = (await self.target.call("route.table"))["routes"]
        return {row["node_id"]: (row["hops"], row["via"], row["is_gateway"]) for row in rows}

    async def until_hops(self, node: bytes, hops: int | None) -> None:
        async def has() -> bool:
            return await self.target.hops_to(node) == hops

        await until(has, f"the target is {hops} hops away from {node.hex()}")

    async def conclude_unchanged(self, sequence: int) -> None:
        """The table is as it was, and everybody still speaks. The next true update, by which the ghost is farther away,
        is taken, so its sequence number is still free; and the honest one hears the whole table again."""
        self.assertEqual(await self.routes(), self.routes_before)
        self.assertEqual(await self.target.linked(), {self.honest.id, self.bad.id})
        self.tell(self.signed(sequence, RouteEntry(self.ghost, 4)))
        await self.until_hops(self.ghost, 5)
        await until(lambda: self.honest.table.hops(self.ghost) == 6, "the honest one hears of it")
        self.assertNotIn(self.other, self.honest.table.routes)
        await self.assert_mesh_carries_on(self.target, self.honest)


class Updates(UpdateCase):
    async def test_what_its_origin_did_not_sign_as_it_is_changes_nothing(self):
        """PH-1: unsigned, signed with another key, altered after signing, in the name of another."""
        shorter = (RouteEntry(self.ghost, 0), RouteEntry(self.other, 1))
        lie = self.update(11, *shorter)
        genuine = self.signed(11, RouteEntry(self.ghost, 1))
        in_another_name = replace(lie, origin=self.honest.id)
        self.tell(
            lie,
            lie.signed_by(Identity.generate()),
            replace(genuine, entries=lie.entries),
            in_another_name.signed_by(self.bad.identity),
            # The honest one's own words, carried on by somebody else.
            replace(in_another_name, sequence=2**62).signed_by(self.honest.identity),
        )
        await self.until_counted("route_signature_invalid", 3)
        await self.until_counted("route_update_for_another", 2)
        await self.conclude_unchanged(11)

    async def test_an_update_counts_once_and_in_order(self):
        """PH-2: the last sequence number again, and smaller ones, change nothing, whatever they say."""
        recorded = self.signed(11, RouteEntry(self.ghost, 1), RouteEntry(self.other, 1))
        self.tell(recorded)
        await self.until_hops(self.other, 2)
        self.tell(self.signed(12, RouteEntry(self.ghost, 1)))
        await self.until_hops(self.other, None)
        await until(lambda: self.other not in self.honest.table.routes, "the honest one hears that the other is gone")
        again = [self.signed(sequence, *recorded.entries[1:]) for sequence in (12, 1, 0)]
        self.tell(recorded, recorded, *again)
        await self.until_counted("route_update_stale", 5)
        await self.conclude_unchanged(13)

    async def test_nobody_is_no_hops_away_from_somebody_else(self):
        """PH-3: not from a neighbour of both, nor from the ghost, nor from a node that nobody knows."""
        for sequence, node in enumerate((self.honest.id, self.ghost, self.other), 11):
            self.tell(self.signed(sequence, RouteEntry(node, 0), RouteEntry(self.other, 1)))
        await self.until_counted("route_distance_lie", 3)
        await self.conclude_unchanged(11)


class Exclusion(UpdateCase):
    def bent(self, count: int, node: Node | None = None) -> list[RouteUpdate]:
        """Updates in a node's own name that are signed with another key."""
        origin, key = (node or self.bad).id, Identity.generate()
        entries = (RouteEntry(origin, 0), RouteEntry(self.other, 1))
        return [RouteUpdate(origin, 1000 + number, entries).signed_by(key) for number in range(count)]

    async def until_out(self, node: Node) -> None:
        async def out() -> bool:
            return self.target.id not in node.peers and node.id not in await self.target.linked()

        await until(out, f"{node.name} has no link any more")

    async def assert_refused(self, node: Node) -> None:
        """It wants to shake hands again and gets no answer."""
        before = await self.target.counters()
        link = await Link.dial(self.target.port)
        self.addCleanup(link.abort)
        with self.assertRaises(ConnectionError):
            await link.introduce(node.identity)
        await self.until_risen(self.target, before, "peer_excluded")
        self.assertNotIn(node.id, await self.target.linked())
        self.assertFalse({node.id.hex(), self.other.hex()} & set(await self.routes()))

    async def test_with_a_neighbour_go_its_routes_and_its_voice(self):
        """PH-4: nothing is left of what it told, and nothing new is heard from it."""
        self.tell(*self.bent(12))
        await self.until_out(self.bad)
        await self.until_counted("peer_excluded", 1)
        self.assertEqual(set(await self.routes()), {self.honest.id.hex()})
        gone = {self.ghost, self.bad.id}
        await until(lambda: not gone & set(self.honest.table.routes), "the honest one hears that they are gone")
        for _ in range(3):
            await self.assert_refused(self.bad)
        await self.assert_mesh_carries_on(self.target, self.honest)

    async def test_the_record_is_of_a_node_and_not_of_a_connection(self):
        """PH-6 turned round, as spec/daemon.md 28.28 wants it: no handshake wipes anything out, and what is too little
        on each of two connections is enough on both."""
        self.tell(*self.bent(5))
        await self.until_counted("route_signature_invalid", 5)
        self.assertIn(self.bad.id, await self.target.linked())
        self.link.close()
        await self.until_out(self.bad)
        await self.bad.dial(self.target.port)
        await self.until_linked(self.target, self.bad)
        await self.until_counted("peer_excluded", 0)
        self.tell(*self.bent(5))
        await self.until_out(self.bad)
        await self.until_counted("peer_excluded", 1)
        await self.assert_refused(self.bad)
        await self.assert_mesh_carries_on(self.target, self.honest)

    async def test_a_thousand_replays_and_a_thousand_bad_signatures(self):
        """PH-15: from a reference node and from one of our own kind; nobody else notices."""
        link_of_honest = self.honest.peers[self.target.id]
        for kind in (Node, ExtendedNode):
            with self.subTest(kind=kind.__name__):
                self.honest.delivered.clear()
                self.before = await self.target.counters()
                node = await self.linked_peer(self.target, kind.__name__.lower(), kind=kind, timing=SILENT)
                link = node.peers[self.target.id].link
                frame = MeshFrame(node.id, self.honest.id, b"once").encode()
                link.send_bytes(link.session.seal(frame).stream_message() * 1001)
                link.send_mesh(MeshFrame(node.id, self.honest.id, b"marker"))
                await until(lambda: b"marker" in self.plain_arrivals(), "the frame behind the replays")
                self.assertEqual(self.plain_arrivals(), [b"once", b"marker"])
                await self.until_counted("drop_replayed", 1000)

                for update in self.bent(1000, node):
                    link.send_frame(ROUTE_UPDATE, update.encode())
                with contextlib.suppress(ConnectionError):
                    await link.flush()
                await self.until_out(node)
                await self.until_risen(self.target, self.before, "peer_excluded")
                await self.assert_refused(node)
        self.assertIs(self.honest.peers[self.target.id], link_of_honest)
        self.assertIn(self.bad.id, await self.target.linked())
        self.assertEqual(await self.target.hops_to(self.ghost), 2)
        await self.assert_mesh_carries_on(self.target, self.honest)


class Floods(HostileCase):
    COUNT = 2000

    async def test_each_kind_of_frame_has_a_budget_and_each_link_its_own(self):
        """PH-5, with the limits of docs/security.md: data has none, and nobody is blamed for talking too much."""
        for kind in (Node, ExtendedNode):
            with self.subTest(kind=kind.__name__):
                await self.flood_from(kind)

    async def flood_from(self, kind: type[Node]) -> None:
        bad = await self.linked_peer(self.target, kind.__name__.lower(), kind=kind, timing=SILENT)
        link = bad.peers[self.target.id].link
        await until(lambda: bad.table.hops(self.honest.id) == 2, "a route to the honest one")
        own = (RouteEntry(bad.id, 0),)
        updates = [RouteUpdate(bad.id, number, own) for number in range(1, self.COUNT + 1)]
        frames = {
            "pings": (CONTROL, [Ping(number).encode() for number in range(self.COUNT)], 60, 20),
            "heartbeats": (HEARTBEAT, [Heartbeat(bad.id, number).encode() for number in range(self.COUNT)], 10, 2),
            "updates": (ROUTE_UPDATE, [update.signed_by(bad.identity).encode() for update in updates], 40, 10),
            "payloads": (CONTROL, [PluginPayload("nobody.listens", b"!").encode()] * self.COUNT, 500, 200),
        }
        started = time.monotonic()
        for name, (type_, payloads, burst, rate) in frames.items():
            with self.subTest(frames=name):
                behind = f"behind the {name} of {bad.name}".encode()
                before = await self.over_limit()
                began = time.monotonic()
                for payload in payloads:
                    link.send_frame(type_, payload)
                link.send_mesh(MeshFrame(bad.id, self.honest.id, behind))
                await until(lambda: any(frame.payload == behind for frame in self.honest.packets), "the data behind it")
                passed = self.COUNT - (await self.over_limit() - before)
                self.assertGreaterEqual(passed, burst - 2)
                self.assertLessEqual(passed, burst + rate * (time.monotonic() - began) + 1)
        self.assertLessEqual(len(bad.pongs), 61 + 20 * (time.monotonic() - started))

        # Others have their own.
        pings = [random.getrandbits(64) for _ in range(40)]
        for nonce in pings:
            self.honest.peers[self.target.id].link.send_control(Ping(nonce))
        await until(lambda: set(pings) <= set(self.honest.pongs), "every ping of the honest one is answered")
        # And what comes at a pace that is allowed passes.
        paced = [random.getrandbits(64) for _ in range(15)]
        for nonce in paced:
            link.send_control(Ping(nonce))
            await asyncio.sleep(1 / 15)
        await until(lambda: set(paced) <= set(bad.pongs), "every ping at a sensible pace is answered")
        self.assertLessEqual({self.honest.id, bad.id}, await self.target.linked())
        await self.assert_mesh_carries_on(self.target, self.honest)

    async def over_limit(self) -> int:
        return (await self.target.counters()).get("counters.control_over_limit", 0)


if __name__ == "__main__":
    unittest.main()
