"""Routing, relaying and messages between shipped daemons and independent peers."""

from __future__ import annotations

import unittest

from daemon import risen
from mesh_case import MeshCase
from pim_peer.control import Goodbye, PeerInfo, Ping
from pim_peer.frames import CONTROL, IS_CONTROL, IS_E2E, IS_INTERNET, MeshFrame
from pim_peer.identity import short_text
from pim_peer.messaging import ACKNOWLEDGEMENT, DELIVERED
from pim_peer.node import Timing
from waiting import until

SECRET = "the heron lands at dawn"


class DaemonRelays(MeshCase):
    async def line(self):
        """a – daemon – b, both ends being peers; routes are up in both directions."""
        daemon = await self.daemon("relay")
        a, b = await self.linked_peer(daemon, "a"), await self.linked_peer(daemon, "b")
        await until(lambda: a.table.hops(b.id) == 2 and b.table.hops(a.id) == 2, "the daemon advertises both ends")
        return a, daemon, b

    async def test_frame_arrives_with_lower_ttl_and_identical_payload(self):
        """MH-5, MH-7: with 1 it leaves as 0 and is taken all the same."""
        a, daemon, b = await self.line()
        shapes = [
            (0, 8, b"E" + bytes(range(256))),
            (IS_INTERNET | IS_E2E, 3, b"sealed"),
            (0, 8, b"x" * 65_535),
            (0, 1, b""),
            (0, 2, b"two"),
        ]
        for flags, ttl, payload in shapes:
            b.delivered.clear()
            self.assertTrue(a.send_mesh(b.id, payload, flags, ttl))
            await until(lambda: b.packets, f"a frame of {len(payload)} bytes with ttl {ttl}")
            frame = b.packets[0]
            self.assertEqual((frame.source, frame.destination), (a.id, b.id))
            self.assertEqual((frame.payload, frame.flags, frame.ttl, frame.session_id), (payload, flags, ttl - 1, 0))

    async def test_frame_with_spent_ttl_is_dropped_and_counted(self):
        """MH-6."""
        a, daemon, b = await self.line()
        before = await daemon.counters()
        a.send_mesh(b.id, b"spent", ttl=0)
        a.send_mesh(b.id, b"marker")
        await until(lambda: b.packets, "the frame behind it")
        self.assertEqual([frame.payload for frame in b.packets], [b"marker"])
        await self.until_risen(daemon, before, "drop_ttl_expired")

    async def test_relayed_payload_keeps_order(self):
        a, _, b = await self.line()
        for number in range(300):
            a.send_mesh(b.id, number.to_bytes(2, "big"))
        await until(lambda: len(b.packets) >= 300, "all of them")
        self.assertEqual([int.from_bytes(frame.payload, "big") for frame in b.packets], list(range(300)))

    async def test_message_and_receipt_between_peers_cross_the_daemon(self):
        a, _, b = await self.line()
        a.announce_identity()
        b.announce_identity()
        await until(lambda: b.id in a.directory and a.id in b.directory, "the keys cross")
        first, second = a.messaging.send(b.id, SECRET), b.messaging.send(a.id, SECRET)
        await until(lambda: a.messaging.is_acknowledged(b.id, first), "the receipt of b")
        await until(lambda: b.messaging.is_acknowledged(a.id, second), "the receipt of a")

    async def test_routes_go_when_a_neighbour_goes(self):
        a, daemon, b = await self.line()
        await b.stop(goodbye=True)
        await until(lambda: a.table.hops(b.id) is None, "the withdrawal reaches a")
        self.assertNotIn(b.id, await daemon.linked())
        self.assertIsNone(await daemon.hops_to(b.id))

    async def test_ping_is_answered_and_departure_is_announced(self):
        daemon = await self.daemon("polite")
        node = await self.linked_peer(daemon)
        node.peers[daemon.id].link.send_control(Ping(0xFEED))
        await until(lambda: 0xFEED in node.pongs, "the Pong")
        await until(lambda: any(beat.sender == daemon.id for beat in node.heartbeats), "a heartbeat")
        self.assertEqual(await daemon.stop(), 0)
        await until(lambda: any(bye == Goodbye(daemon.id, 0) for bye in node.goodbyes), "the Goodbye")


class Chain(MeshCase):
    async def test_frames_and_messages_cross_two_daemons(self):
        near = await self.daemon("near")
        far = await self.daemon("far", peers=(f"127.0.0.1:{near.port}",))
        a, b = await self.linked_peer(near, "a"), await self.linked_peer(far, "b")
        await until(lambda: a.table.hops(b.id) == 3 and b.table.hops(a.id) == 3, "routes of three hops")
        a.send_mesh(b.id, b"across")
        await until(lambda: b.packets, "the frame")
        self.assertEqual((b.packets[0].payload, b.packets[0].ttl, b.packets[0].source), (b"across", 6, a.id))
        # The daemons introduce themselves to everybody they have a route to; the peers only when told.
        await until(lambda: far.id in a.directory and near.id in b.directory, "the keys of the daemons cross")
        a.announce_identity()
        b.announce_identity()
        await self.exchange(far, a, "from two hops away")
        await self.exchange(near, b, "from two hops away")
        self.assertRegex(near.pim("routes").stdout, rf"{short_text(b.id)} +b ")
        sent = near.pim("messages", "send", "b", "by name")
        self.assertEqual((sent.returncode, sent.stderr), (0, ""))
        await until(lambda: any(m.body == "by name" for m in b.messaging.inbox), "the message to a name")

    async def test_routes_through_a_daemon_that_dies_go_and_come_back(self):
        near = await self.daemon("near")
        far = await self.daemon("far", peers=(f"127.0.0.1:{near.port}",))
        a, b = await self.linked_peer(near, "a"), await self.linked_peer(far, "b")
        await until(lambda: a.table.hops(b.id) == 3, "a route of three hops")
        await far.kill()
        await until(lambda: a.table.hops(far.id) is None and a.table.hops(b.id) is None, "both routes go", timeout=5)
        await far.start()
        await b.dial(far.port)
        await until(lambda: a.table.hops(b.id) == 3, "the route is back", timeout=20)


class Endpoint(MeshCase):
    async def test_daemon_that_does_not_relay_neither_forwards_nor_advertises_others(self):
        daemon = await self.daemon("endpoint", relay=False)
        a, b = await self.linked_peer(daemon, "a"), await self.linked_peer(daemon, "b")
        await self.exchange(daemon, a)
        await self.exchange(daemon, b)
        updates = a.updates_accepted
        await until(lambda: a.updates_accepted > updates, "a route update that could name b", timeout=10)
        self.assertEqual((a.table.hops(daemon.id), a.table.hops(b.id)), (1, None))
        before = await daemon.counters()
        a.peers[daemon.id].link.send_mesh(MeshFrame(a.id, b.id, b"please"))
        await self.until_risen(daemon, before, "drop_relaying_off")
        await self.exchange(daemon, b)
        self.assertEqual(b.packets, [])
        self.assertNotIn("relay", (await daemon.call("status"))["role"])


class ReferenceHabits(MeshCase):
    async def test_link_to_a_peer_with_the_references_own_periods_stays_up(self):
        node = await self.peer("unhurried", timing=Timing())
        daemon = await self.daemon("steady")
        peer = await node.dial(daemon.port)
        await self.until_linked(daemon, node)
        before = await daemon.counters()
        await until(lambda: len(node.heartbeats) >= 6, "six heartbeats of the daemon", timeout=45)
        self.assertIs(node.peers[daemon.id], peer)
        self.assertEqual(peer.sessions, 1)
        await self.assert_mesh_carries_on(daemon, node)
        misdeeds = risen(before, await daemon.counters(), "(drop|control|handshake|route|peer|bad)_.*")
        self.assertEqual(misdeeds, {})

    async def test_rekey_and_unknown_control_frames_change_nothing(self):
        daemon = await self.daemon("calm")
        node = await self.linked_peer(daemon)
        link = node.peers[daemon.id].link
        link.send_clear(CONTROL, b"\x04")
        for control in (b"\x04", b"\x7fnew", Goodbye(node.id).encode(), Ping(7).encode()):
            link.send_mesh(MeshFrame(node.id, daemon.id, control, flags=IS_CONTROL))
        await self.assert_mesh_carries_on(daemon, node)
        self.assertEqual(node.peers[daemon.id].sessions, 1)
        self.assertNotIn(7, node.pongs)


class PeerRelays(MeshCase):
    async def test_message_between_daemons_goes_through_the_peer_unread(self):
        """MS-15, on the wire."""
        relay = await self.peer("relay")
        one = await self.daemon("one", peers=(f"127.0.0.1:{relay.port}",))
        two = await self.daemon("two", peers=(f"127.0.0.1:{relay.port}",))
        await self.until_linked(one, relay)
        await self.until_linked(two, relay)

        async def routed() -> bool:
            return await one.hops_to(two.id) == 2 and await two.hops_to(one.id) == 2

        await until(routed, "a two-hop route through the peer", timeout=20)
        for sender, receiver in ((one, two), (two, one)):
            message = await sender.send(receiver.id, SECRET)

            async def delivered(sender=sender, receiver=receiver, message=message) -> bool:
                row = await sender.message(receiver.id, message)
                return row is not None and row["status"] == "delivered"

            await until(delivered, f"the receipt reaches {sender.name}", timeout=20)
            stored = await receiver.message(sender.id, message)
            self.assertEqual((stored["body"], stored["direction"]), (SECRET, "received"))
        self.assertTrue(relay.relayed)
        self.assertFalse([f for _, _, f in relay.relayed if SECRET.encode() in f.payload])


class Messages(MeshCase):
    async def test_messages_of_every_legal_size_pass_both_ways(self):
        """MS-14; what is longer is refused in test_process_control."""
        daemon = await self.daemon("sizes")
        node = await self.linked_peer(daemon)
        await until(lambda: daemon.id in node.directory, "the daemon's key")
        for body in ("x", "ä" * 4096, "y" * 8192, "Olá, mesh!\nsecond line"):
            sent = node.messaging.send(daemon.id, body)
            await until(lambda: node.messaging.is_acknowledged(daemon.id, sent), "the receipt of the daemon")
            self.assertEqual((await daemon.message(node.id, sent))["body"], body)
            received = await daemon.send(node.id, body)
            await until(lambda: any(m.id == received for m in node.messaging.inbox), "the daemon's message")
            self.assertEqual(next(m.body for m in node.messaging.inbox if m.id == received), body)

    async def test_repeated_message_is_stored_once_and_acknowledged_again(self):
        daemon = await self.daemon("once")
        node = await self.linked_peer(daemon)
        await until(lambda: daemon.id in node.directory, "the daemon's key")
        message = node.messaging.send(daemon.id, "once")
        for count in range(2, 4):
            node.messaging.send(daemon.id, "once", message_id=message)
            await until(lambda: node.messaging.acknowledged.count((daemon.id, message, 1)) >= count, "another receipt")
        self.assertEqual(len(await daemon.history(node.id)), 1)
        conversations = (await daemon.call("messages.list_conversations"))["conversations"]
        self.assertEqual([c["unread_count"] for c in conversations if c["peer_node_id"] == node.id.hex()], [1])

    async def test_message_waits_for_a_peer_without_a_link_and_is_sent_when_it_comes(self):
        daemon = await self.daemon("outbox")
        node = await self.linked_peer(daemon)
        await self.exchange(daemon, node)
        node.peers[daemon.id].link.send_control(Goodbye(node.id))
        await until(lambda: daemon.id not in node.peers, "the link is gone")
        waiting = await daemon.send(node.id, "for later")
        self.assertEqual((await daemon.message(node.id, waiting))["status"], "pending")
        await node.dial(daemon.port)
        await until(lambda: any(m.id == waiting for m in node.messaging.inbox), "the parked message")

    async def test_receipt_of_somebody_else_changes_nothing(self):
        """MS-16."""
        daemon = await self.daemon("careful")
        node, other = await self.linked_peer(daemon, "mute"), await self.linked_peer(daemon, "other")
        await until(lambda: daemon.id in node.directory, "introduced")
        node.messaging.handle = lambda *_: None
        message = await daemon.send(node.id, "unanswered")
        await until(lambda: node.delivered, "the message arrives")
        other.send_payload(daemon.id, ACKNOWLEDGEMENT, message + bytes([DELIVERED]))
        other.send_payload(daemon.id, ACKNOWLEDGEMENT, message + bytes([3]))
        await self.exchange(daemon, other)
        self.assertEqual((await daemon.message(node.id, message))["status"], "sent")

    async def test_routed_peer_info_does_not_replace_a_key_heard_directly(self):
        daemon = await self.daemon("pinned")
        honest, liar = await self.linked_peer(daemon), await self.linked_peer(daemon, "liar")
        await self.exchange(daemon, honest)
        forged = PeerInfo(liar.identity.x25519_public, "honest").encode()
        link = liar.peers[daemon.id].link
        link.send_mesh(MeshFrame(honest.id, daemon.id, forged, flags=IS_CONTROL))
        await self.exchange(daemon, liar)
        listed = next(p for p in await daemon.call("peers.list") if p["node_id"] == honest.id.hex())
        self.assertEqual(listed["x25519_pubkey"], honest.identity.x25519_public.hex())
        await self.exchange(daemon, honest, tag="key kept")


if __name__ == "__main__":
    unittest.main()
