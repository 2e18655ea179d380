"""The Python peer against itself: both roles, relaying, messages, and the habits of the reference."""

from __future__ import annotations

import asyncio
import unittest

from pim_peer.control import Goodbye
from pim_peer.errors import FrameError, HandshakeError
from pim_peer.extended import ExtendedNode
from pim_peer.frames import HEARTBEAT, RouteEntry, RouteUpdate
from pim_peer.identity import Identity
from pim_peer.limiter import TokenBucket
from pim_peer.link import Link
from pim_peer.meshsecret import MeshSecret
from pim_peer.node import Node, Timing
from pim_peer.packets import Packet, answer_to_echo, echo, udp
from pim_peer.routes import RouteTable
from waiting import until


class IPPackets(unittest.TestCase):
    REQUEST = bytes.fromhex("45000024000040004001223a0a4d01020a4d030408002e371234000170696e6764617461")
    REPLY = bytes.fromhex("45000024000040004001223a0a4d03040a4d0102000036371234000170696e6764617461")
    DATAGRAM = bytes.fromhex("450000211234400040110e3a0a4d000208080808a8730035000df8fa68656c6c6f")

    def test_vectors_of_the_standard(self):
        """spec/host-network.md 3.3 and 6."""
        self.assertEqual(answer_to_echo(Packet.decode(self.REQUEST)).body, Packet.decode(self.REPLY).body)
        self.assertEqual(Packet.decode(self.REPLY).source, "10.77.3.4")
        decoded = Packet.decode(self.DATAGRAM)
        made = udp("10.77.0.2", "8.8.8.8", (43123, 53), b"hello")
        self.assertEqual((decoded.body, decoded.ports, decoded.data), (made.body, made.ports, made.data))

    def test_every_changed_bit_is_noticed(self):
        # The fields of IPv4 are under its own checksum, all others under that of the transport.
        for packet in (self.REQUEST, self.DATAGRAM):
            for bit in range(8 * len(packet)):
                changed = bytearray(packet)
                changed[bit // 8] ^= 1 << bit % 8
                with self.assertRaises(FrameError):
                    Packet.decode(bytes(changed))
        for packet in (udp("fd77::1", "fd77::2", (1, 2), b"odd"), echo("10.77.0.1", "10.77.0.2", b"x")):
            self.assertEqual(Packet.decode(packet.encode()), packet)


class PeerToPeer(unittest.IsolatedAsyncioTestCase):
    async def node(self, name: str, **options) -> Node:
        node = Node(name=name, **options)
        await node.start()
        self.addAsyncCleanup(node.stop)
        return node

    async def line(self) -> tuple[Node, Node, Node]:
        a, relay, b = [await self.node(name) for name in ("a", "r", "b")]
        await a.dial(relay.port)
        await b.dial(relay.port)
        await until(lambda: a.table.hops(b.id) == 2 and b.table.hops(a.id) == 2, "a two-hop route")
        return a, relay, b

    async def test_open_mesh_gives_a_session_and_keys_in_both_directions(self):
        a, b = await self.node("alice"), await self.node("bob")
        await a.dial(b.port)
        await until(lambda: a.id in b.peers and b.id in a.directory and a.id in b.directory, "both introduced")
        self.assertEqual(a.peers[b.id].link.session.key, b.peers[a.id].link.session.key)
        self.assertEqual(b.directory[a.id].name, "alice")
        self.assertEqual(a.directory[b.id].x25519, b.identity.x25519_public)

    async def test_private_mesh_admits_members_and_refuses_a_wrong_passphrase(self):
        member = MeshSecret.derive("open sesame", "office", 8, 1, 1).handshake_key
        stranger = MeshSecret.derive("open barley", "office", 8, 1, 1).handshake_key
        host, guest = await self.node("host", mesh_key=member), await self.node("guest", mesh_key=member)
        other = await self.node("other", mesh_key=stranger)
        await guest.dial(host.port)
        await until(lambda: guest.id in host.peers, "the member is in")
        await other.dial(host.port)
        await until(lambda: any("secrets differ" in reason for reason in host.handshake_failures), "the refusal")
        self.assertNotIn(other.id, host.peers)
        await until(lambda: host.id not in other.peers, "the refused side notices")

    async def test_relay_lowers_ttl_and_keeps_the_payload(self):
        a, relay, b = await self.line()
        self.assertTrue(a.send_mesh(b.id, b"payload", flags=0, ttl=8))
        await until(lambda: b.delivered, "the frame arrives")
        frame = b.delivered[0]
        self.assertEqual((frame.payload, frame.ttl, frame.source), (b"payload", 7, a.id))
        a.send_mesh(b.id, b"too far", ttl=0)
        await until(lambda: "ttl spent" in relay.dropped, "the relay drops")

    async def test_message_and_receipt_through_a_relay(self):
        a, relay, b = await self.line()
        b.announce_identity()
        await until(lambda: b.id in a.directory, "b's key reaches a")
        sent = a.messaging.send(b.id, "grüße über die Brücke")
        await until(lambda: a.messaging.is_acknowledged(b.id, sent), "the receipt")
        self.assertEqual([(m.source, m.body) for m in b.messaging.inbox], [(a.id, "grüße über die Brücke")])
        self.assertFalse(any("Brücke".encode() in frame.payload for _, _, frame in relay.relayed))

    async def test_renewal_on_a_live_link_replaces_the_session_in_either_direction(self):
        a, b = await self.node("a"), await self.node("b")
        peer = await a.dial(b.port)
        await until(lambda: a.id in b.peers, "up")
        first = peer.link.session.key
        a.greet(peer)
        await until(lambda: peer.sessions == 2 and b.peers[a.id].sessions == 2, "the dialer renews")
        self.assertNotEqual(peer.link.session.key, first)
        b.greet(b.peers[a.id])
        await until(lambda: peer.sessions == 3 and b.peers[a.id].sessions == 3, "the listener renews")
        a.send_mesh(b.id, b"after")
        await until(lambda: b.delivered, "data under the new key")

    async def test_simultaneous_dial_leaves_the_connection_of_the_smaller_id(self):
        a, b = sorted([await self.node("x"), await self.node("y")], key=lambda node: node.id)
        results = await asyncio.gather(a.dial(b.port), b.dial(a.port), return_exceptions=True)
        self.assertFalse(isinstance(results[0], Exception), results)
        await until(lambda: a.peers.get(b.id) is results[0] and a.id in b.peers, "the smaller id's link stays")
        if isinstance(results[1], Exception):
            self.assertIsInstance(results[1], HandshakeError)

    async def test_goodbye_and_silence_take_the_routes_away(self):
        a, relay, b = await self.line()
        await b.stop(goodbye=True)
        await until(lambda: a.table.hops(b.id) is None, "the withdrawal reaches a")
        self.assertIn(Goodbye(b.id, 0), relay.goodbyes)
        quick = Timing(advertisement=0.2, heartbeat=60, silence=0.2, sweep=0.05)
        hasty = await self.node("hasty", timing=quick)
        mute = await self.node("mute", timing=Timing(heartbeat=60))
        await hasty.dial(mute.port)
        await until(lambda: mute.id not in hasty.peers, "a silent peer is removed")

    async def test_heartbeats_go_out_before_the_handshake_has_finished(self):
        listener = await self.node("eager", timing=Timing(heartbeat=0.05))
        link = await Link.dial(listener.port)
        self.addCleanup(link.abort)
        link.send_bytes(Identity.generate().node_id)
        self.assertEqual((await link.expect(HEARTBEAT)).payload[:16], listener.id)

    async def test_listener_that_never_answers_ends_the_attempt(self):
        async def mute(reader, writer):
            await reader.read()
            writer.close()

        server = await asyncio.start_server(mute, "127.0.0.1", 0)
        self.addCleanup(server.close)
        node = await self.node("patient", timing=Timing(handshake=0.1))
        with self.assertRaises(HandshakeError):
            await node.dial(server.sockets[0].getsockname()[1])

    async def test_forged_confirm_and_garbage_do_not_disturb_others(self):
        a, b = await self.node("a"), await self.node("b")
        await a.dial(b.port)
        await until(lambda: a.id in b.peers, "up")
        link = await Link.dial(b.port)
        link.send_bytes(bytes(16) + bytes.fromhex("ffffffff") + b"garbage")
        self.assertTrue(await link.ended())
        self.assertIn(a.id, b.peers)


class RoutingRules(unittest.TestCase):
    def setUp(self):
        self.own, self.p, self.q, self.d = (bytes([n]) * 16 for n in (1, 2, 3, 4))
        self.table = RouteTable(self.own, 0, lambda node: bytes(4))
        self.table.connected(self.p)
        self.table.connected(self.q)

    def update(self, origin, sequence, *entries):
        return self.table.process(RouteUpdate(origin, sequence, tuple(RouteEntry(*e) for e in entries)), origin)

    def test_shorter_wins_equal_does_not_displace_and_worse_counts_from_the_next_hop(self):
        self.update(self.p, 1, (self.p, 0), (self.d, 3))
        self.update(self.q, 1, (self.q, 0), (self.d, 3))
        self.assertEqual((self.table.next_hop(self.d), self.table.hops(self.d)), (self.p, 4))
        self.update(self.q, 2, (self.q, 0), (self.d, 1))
        self.assertEqual((self.table.next_hop(self.d), self.table.hops(self.d)), (self.q, 2))
        self.update(self.q, 3, (self.q, 0), (self.d, 6))
        self.assertEqual(self.table.hops(self.d), 7)

    def test_poison_and_absence_withdraw_and_old_sequences_are_ignored(self):
        self.update(self.p, 5, (self.p, 0), (self.d, 1))
        self.assertFalse(self.update(self.p, 5, (self.p, 0)))
        self.update(self.p, 6, (self.p, 0), (self.d, 15))
        self.assertIsNone(self.table.next_hop(self.d))
        self.update(self.p, 7, (self.p, 0), (self.d, 1))
        self.update(self.p, 8, (self.p, 0))
        self.assertIsNone(self.table.next_hop(self.d))

    def test_claiming_zero_hops_for_another_voids_the_update(self):
        self.assertFalse(self.update(self.p, 1, (self.p, 0), (self.d, 0)))
        self.assertIsNone(self.table.next_hop(self.d))

    def test_advertisement_starts_with_the_own_entry_and_poisons_the_way_back(self):
        self.update(self.p, 1, (self.p, 0), (self.d, 1))
        entries = self.table.advertisement(self.p).entries
        self.assertEqual((entries[0].destination, entries[0].hops), (self.own, 0))
        self.assertNotIn(self.p, [entry.destination for entry in entries])
        self.assertIn((self.d, 16), [(entry.destination, entry.hops) for entry in entries])
        self.assertIn((self.d, 2), [(e.destination, e.hops) for e in self.table.advertisement(self.q).entries])


class Limits(unittest.TestCase):
    def test_bucket_refuses_when_empty_and_refills(self):
        now = [0.0]
        bucket = TokenBucket(2, 1, clock=lambda: now[0])
        self.assertEqual([bucket.take() for _ in range(3)], [True, True, False])
        now[0] = 1.0
        self.assertTrue(bucket.take())


class ExtendedPeers(unittest.IsolatedAsyncioTestCase):
    async def node(self, kind, name: str):
        node = kind(name=name)
        await node.start()
        self.addAsyncCleanup(node.stop)
        return node

    async def test_two_seal_their_link_and_their_payloads_through_a_reference_relay(self):
        a, relay, b = [await self.node(kind, name) for kind, name in ((ExtendedNode, "a"), (Node, "r"), (ExtendedNode, "b"))]
        await a.dial(relay.port)
        await b.dial(relay.port)
        await until(lambda: a.table.hops(b.id) == 2 and b.table.hops(a.id) == 2, "a two-hop route")
        self.assertFalse(a.peers[relay.id].link.session.seals_everything)
        a.announce_identity()
        b.announce_identity()
        await until(lambda: b.id in a.trailers and a.id in b.trailers, "signed keys cross the relay")
        sent = a.messaging.send(b.id, "sealed twice")
        await until(lambda: a.messaging.is_acknowledged(b.id, sent), "the receipt")
        self.assertEqual(b.messaging.inbox[0].body, "sealed twice")
        self.assertEqual(a.current[b.id].id, b.current[a.id].id)
        payloads = [frame.payload for _, _, frame in relay.relayed]
        self.assertFalse([payload for payload in payloads if payload[:1] == b"\x08"])

    async def test_two_seal_everything_on_their_own_link_and_renew_it(self):
        a, b = await self.node(ExtendedNode, "a"), await self.node(ExtendedNode, "b")
        await a.dial(b.port)
        await until(lambda: a.id in b.peers and b.id in a.directory and a.id in b.directory, "both introduced")
        session = a.peers[b.id].link.session
        self.assertTrue(session.seals_everything and b.peers[a.id].link.session.seals_everything)
        self.assertEqual((a.pins[b.id], b.pins[a.id]), (3, 3))
        a.greet(a.peers[b.id])
        await until(lambda: b.peers[a.id].sessions == 2 and a.peers[b.id].link.session is not session, "the renewal")
        sent = a.messaging.send(b.id, "still here")
        await until(lambda: a.messaging.is_acknowledged(b.id, sent), "the receipt")
        self.assertEqual(a.dropped + b.dropped, [])

    async def test_one_treats_a_reference_node_as_such(self):
        a, b = await self.node(ExtendedNode, "a"), await self.node(Node, "b")
        await a.dial(b.port)
        await until(lambda: b.id in a.directory and a.id in b.directory, "both introduced")
        sent = a.messaging.send(b.id, "plainly")
        await until(lambda: a.messaging.is_acknowledged(b.id, sent), "the receipt")
        self.assertEqual((a.sessions, a.pins.get(b.id)), ({}, 0))


if __name__ == "__main__":
    unittest.main()
