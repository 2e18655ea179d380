"""Routing, relaying and messages between shipped daemons and independent peers."""

from __future__ import annotations

import unittest

from mesh_case import MeshCase
from pim_peer.control import Goodbye, PeerInfo, Ping
from pim_peer.frames import IS_CONTROL, IS_E2E, IS_INTERNET
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
        a, daemon, b = await self.line()
        shapes = [
            (0, 8, b"E" + bytes(range(256))),
            (IS_INTERNET | IS_E2E, 3, b"sealed"),
            (0, 8, b"x" * 65_535),
            (0, 1, b""),
        ]
        for flags, ttl, payload in shapes:
            b.delivered.clear()
            self.assertTrue(a.send_mesh(b.id, payload, flags, ttl))
            await until(lambda: b.packets, f"a frame of {len(payload)} bytes with ttl {ttl}")
            frame = b.packets[0]
            self.assertEqual((frame.source, frame.destination), (a.id, b.id))
            self.assertEqual((frame.payload, frame.flags, frame.ttl, frame.session_id), (payload, flags, ttl - 1, 0))

    async def test_frame_with_spent_ttl_is_dropped_and_counted(self):
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


class PeerRelays(MeshCase):
    async def test_message_between_daemons_goes_through_the_peer_unread(self):
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
        from pim_peer.messaging import ACKNOWLEDGEMENT, DELIVERED

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
        from pim_peer.frames import MeshFrame

        link.send_mesh(MeshFrame(honest.id, daemon.id, forged, flags=IS_CONTROL))
        await self.exchange(daemon, liar)
        listed = next(p for p in await daemon.call("peers.list") if p["node_id"] == honest.id.hex())
        self.assertEqual(listed["x25519_pubkey"], honest.identity.x25519_public.hex())
        await self.exchange(daemon, honest, tag="key kept")


if __name__ == "__main__":
    unittest.main()
