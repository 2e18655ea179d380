"""Links between nodes of our own kind are sealed whole, and what somebody on the path can and cannot do about it."""

from __future__ import annotations

import asyncio
import os
import unittest
from dataclasses import replace

from daemon import Daemon
from mesh_case import MeshCase
from pim_peer.control import Goodbye, PeerInfo
from pim_peer.endtoend import is_sealed
from pim_peer.extended import ExtendedNode
from pim_peer.features import MARKER, announced
from pim_peer.frames import (
    CONTROL,
    DATA,
    HANDSHAKE,
    HEARTBEAT,
    INIT,
    RESPONSE,
    Hello,
    Heartbeat,
    TransportFrame,
    decode_handshake,
)
from pim_peer.identity import Identity, x25519_public
from pim_peer.link import Link
from pim_peer.trailer import read_trailer
from waiting import until
from wiretap import TO_DIALER, TO_LISTENER, Once, Passed, Wiretap

REFUSING = 'reference_peers = "refuse"'


def altered(passed: Passed) -> bytes:
    """The frame with one bit of its ciphertext changed."""
    bent = bytearray(passed.raw)
    bent[20] ^= 0x80
    return bytes(bent)


def retyped(passed: Passed) -> bytes:
    return replace(passed.frame, type=HEARTBEAT if passed.frame.type == DATA else DATA).encode()


def without_features(hello: Hello) -> Hello:
    return replace(hello, nonce=hello.nonce[:20] + os.urandom(12))


class WithThePeer(MeshCase):
    async def test_links_are_sealed_in_both_roles(self):
        listener = await self.peer("listens", kind=ExtendedNode)
        daemon = await self.daemon("seals", peers=(f"127.0.0.1:{listener.port}",))
        dialer = await self.linked_peer(daemon, "dials", kind=ExtendedNode)
        await self.until_linked(daemon, listener)
        for node in (listener, dialer):
            with self.subTest(node.name):
                self.assertTrue(node.peers[daemon.id].link.session.seals_everything)
                self.assertEqual(await self.link_security(daemon, node.id), "sealed")
                await self.exchange(daemon, node)
                self.assertEqual(node.trailers[daemon.id].features & 3, 3)
                await until(lambda node=node: node.updates_accepted, "a sealed route update")
                prefix = node.peers[daemon.id].link.session.prefixes_seen.pop()
                self.assertNotIn(prefix, node.peers[daemon.id].link.session.key)
                self.assertEqual(node.dropped, [])
        self.assertEqual((await daemon.call("status"))["reference_links"], 0)

    async def test_sealed_links_are_renewed_from_either_end(self):
        listener = await self.peer("listens", kind=ExtendedNode)
        daemon = await self.daemon("renews", peers=(f"127.0.0.1:{listener.port}",))
        dialer = await self.linked_peer(daemon, "dials", kind=ExtendedNode)
        await self.until_linked(daemon, listener)
        for node in (listener, dialer):
            peer = node.peers[daemon.id]
            await until(lambda node=node: daemon.id in node.directory, "the daemon's key")
            for _ in range(2):
                key, sessions = peer.link.session.key, peer.sessions
                node.greet(peer)
                await until(lambda peer=peer, sessions=sessions: peer.sessions > sessions, "the new session")
                self.assertNotEqual(peer.link.session.key, key)
                await self.exchange(daemon, node)
            self.assertIs(node.peers[daemon.id], peer)

    async def test_renewal_that_gives_up_sealing_closes_the_link(self):
        daemon = await self.daemon("steady")
        node = await self.linked_peer(daemon, kind=ExtendedNode)
        await self.exchange(daemon, node)
        link = node.peers[daemon.id].link
        node._nonce = lambda: None
        node.greet(node.peers[daemon.id])
        await until(lambda: daemon.id not in node.peers, "the daemon hangs up")
        del node._nonce
        await node.dial(daemon.port)
        await self.until_linked(daemon, node)
        self.assertIsNot(node.peers[daemon.id].link, link)
        await self.exchange(daemon, node)

    async def test_reference_link_is_shown_as_one(self):
        daemon = await self.daemon("tolerant")
        node = await self.linked_peer(daemon)
        self.assertEqual(await self.link_security(daemon, node.id), "reference")
        self.assertEqual((await daemon.call("status"))["reference_links"], 1)
        await self.exchange(daemon, node)


class PeerReturns(MeshCase):
    async def test_peer_that_dials_in_as_a_reference_node_is_believed(self):
        daemon = await self.daemon("believes")
        node = await self.linked_peer(daemon, kind=ExtendedNode)
        await self.exchange(daemon, node)
        await node.stop()
        again = await self.linked_peer(daemon, "older", identity=node.identity)
        self.assertEqual(await self.link_security(daemon, node.id), "reference")
        await self.exchange(daemon, again, "in the old forms")
        await again.stop()
        back = await self.linked_peer(daemon, "newer", identity=node.identity, kind=ExtendedNode)
        self.assertEqual(await self.link_security(daemon, node.id), "sealed")
        await self.exchange(daemon, back, "sealed again")

    async def test_peer_that_is_dialed_and_no_longer_seals_has_to_open_a_frame_first(self):
        node = await self.peer("was ours", kind=ExtendedNode)
        daemon = await self.daemon("wary", peers=(f"127.0.0.1:{node.port}",))
        await self.until_linked(daemon, node)
        await self.exchange(daemon, node)
        port = node.port
        await node.stop()
        again = await self.peer("is a reference node", identity=node.identity, port=port)
        await until(lambda: daemon.id in again.peers, "the daemon dials again", timeout=20)
        before = await daemon.counters()
        # Clear frames of this node are not honoured: its PeerInfo, its route updates, its heartbeats.
        await self.until_risen(daemon, before, "drop_guarded_link")
        self.assertNotIn(again.id, await daemon.linked())
        self.assertNotIn(daemon.id, again.directory)
        self.assertEqual(again.heartbeats, [])
        again.send_mesh(daemon.id, b"only the real one can seal this")
        await self.until_linked(daemon, again)
        self.assertEqual(await self.link_security(daemon, again.id), "reference")
        await self.exchange(daemon, again, "in the old forms")

    async def test_recorded_response_of_an_older_version_is_neither_honoured_nor_told_anything(self):
        node = await self.peer("ours", kind=ExtendedNode)
        daemon = await self.daemon("pins", peers=(f"127.0.0.1:{node.port}",))
        await self.until_linked(daemon, node)
        await self.exchange(daemon, node)
        await until(lambda: (daemon.known_peer(node.id) or {}).get("pin"), "the pin is on disk")
        port = node.port
        await node.stop()
        imposter = Imposter(node.identity)
        await imposter.start(port)
        self.addAsyncCleanup(imposter.stop)
        await until(lambda: imposter.closed, "the daemon gives up", timeout=40)
        self.assertEqual(set(imposter.heard), {HANDSHAKE})
        self.assertNotIn(node.id, await daemon.linked())
        self.assertEqual(daemon.known_peer(node.id)["x25519_pub"], node.identity.x25519_public)
        await self.until_logged(daemon, "used to seal its links")


class Imposter:
    """Answers every Init with one Response that its victim once signed, before it knew features, and talks in clear."""

    def __init__(self, victim: Identity):
        self.id = victim.node_id
        ephemeral, nonce = x25519_public(os.urandom(32)), os.urandom(32)
        self.recorded = Hello(RESPONSE, victim.public_key, ephemeral, nonce, victim.sign(ephemeral + nonce))
        self.heard: list[int] = []
        self.closed = 0
        self._server: asyncio.Server | None = None

    async def start(self, port: int) -> None:
        self._server = await asyncio.start_server(self._accepted, "127.0.0.1", port)

    async def stop(self) -> None:
        self._server.close()

    async def _accepted(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        link = Link(reader, writer, dialed=False)
        try:
            await link.receive_preamble()
            while (frame := await link.next_frame()) is not None:
                self.heard.append(frame.type)
                if frame.type == HANDSHAKE and isinstance(decode_handshake(frame.payload), Hello):
                    link.send_clear(HANDSHAKE, self.recorded.encode())
                    link.send_clear(HEARTBEAT, Heartbeat(self.id, 1).encode())
                    link.send_clear(CONTROL, PeerInfo(os.urandom(32), "somebody else").encode())
                    link.send_clear(HEARTBEAT, Heartbeat(self.id, 2).encode())
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        self.closed += 1
        writer.close()


class OnThePath(MeshCase):
    """Two daemons, and somebody who holds the cable between them."""

    async def tapped(self) -> tuple[Daemon, Wiretap, Daemon]:
        listener = await self.daemon("heron-at-the-estuary")
        tap = await self.tap(listener.port)
        dialer = await self.daemon("egret-on-the-delta", peers=(f"127.0.0.1:{tap.port}",))
        await self.until_up(dialer, listener)
        return dialer, tap, listener

    async def until_up(self, dialer: Daemon, listener: Daemon) -> None:
        async def both() -> bool:
            return listener.id in await dialer.linked() and dialer.id in await listener.linked()

        await until(both, "the daemons are linked", timeout=40)

    async def send(self, sender: Daemon, receiver: Daemon, body: str) -> bytes:
        message = await sender.send(receiver.id, body)
        await self.until_delivered(sender, receiver, message, body)
        return message

    async def both_ways(self, one: Daemon, two: Daemon, body: str) -> None:
        await self.send(one, two, body)
        await self.send(two, one, body)

    async def test_nothing_is_clear_after_the_handshake(self):
        dialer, tap, listener = await self.tapped()
        await self.both_ways(dialer, listener, "a telling sentence")

        def beaten() -> bool:
            kinds = [{p.frame.type for p in tap.of(direction)} for direction in (TO_LISTENER, TO_DIALER)]
            return all({DATA, CONTROL, HEARTBEAT, 3} <= kind for kind in kinds)

        await until(beaten, "frames of every type in both directions", timeout=30)
        for direction in (TO_LISTENER, TO_DIALER):
            frames = tap.of(direction)
            handshakes = [p for p in frames if p.frame.type == HANDSHAKE]
            sealed = [p for p in frames if p.frame.type != HANDSHAKE]
            for passed in handshakes:
                message = decode_handshake(passed.frame.payload)
                if isinstance(message, Hello):
                    self.assertEqual(message.nonce[20:28], MARKER)
                    self.assertEqual(announced(message.nonce) & 3, 3)
            self.assertFalse([p for p in sealed if p.is_clear])
            self.assertEqual(len({p.frame.nonce for p in sealed}), len(sealed))
            self.assertEqual(len({p.frame.nonce[:8] for p in sealed}), 1)
            self.assertEqual([int.from_bytes(p.frame.nonce[8:], "big") for p in sealed], list(range(len(sealed))))
            self.assertEqual(sealed[0].frame.type, CONTROL)
            stream = b"".join(p.raw for p in sealed)
            for secret in (
                dialer.id, listener.id, b"egret", b"heron", b"a telling sentence", b"messaging", b"PIMX",
                dialer.identity.x25519_public, listener.identity.x25519_public,
            ):
                self.assertNotIn(secret, stream)

    async def test_frames_that_are_played_again_sent_back_or_made_up_change_nothing(self):
        dialer, tap, listener = await self.tapped()
        await self.both_ways(dialer, listener, "before")
        twice = Once(TO_LISTENER, lambda passed, _: [passed.raw, passed.raw])
        tap.meddle = twice
        before = await listener.counters()
        twice.armed = True
        await self.send(dialer, listener, "this one travels twice")
        await self.until_risen(listener, before, "drop_replayed")
        recorded = [p for p in tap.of(TO_LISTENER) if p.frame.type != HANDSHAKE]
        before, dialer_before = await listener.counters(), await dialer.counters()
        for passed in recorded:
            tap.inject(TO_LISTENER, passed.raw)
            tap.inject(TO_DIALER, passed.raw)
        await self.until_risen(listener, before, "drop_replayed")
        await self.until_risen(dialer, dialer_before, "drop_reflected")
        before = await listener.counters()
        for clear in (
            TransportFrame(CONTROL, Goodbye(dialer.id).encode()),
            TransportFrame(HEARTBEAT, Heartbeat(dialer.id, 1).encode()),
            TransportFrame(CONTROL, PeerInfo(os.urandom(32), "forged").encode()),
            TransportFrame(DATA, bytes(60), os.urandom(12), os.urandom(16)),
        ):
            tap.inject(TO_LISTENER, clear.encode())
        await self.until_risen(listener, before, "drop_undecryptable")
        await self.both_ways(dialer, listener, "after")
        self.assertEqual(tap.connections, 1)
        self.assertEqual(len(await listener.history(dialer.id)), 5)

    async def test_recorded_frames_are_none_of_a_later_session(self):
        """RS-7: what was recorded before a link broke is played back into the next one."""
        dialer, tap, listener = await self.tapped()
        await self.both_ways(dialer, listener, "before the cut")
        recorded = {way: [p for p in tap.of(way) if p.frame.type != HANDSHAKE] for way in (TO_LISTENER, TO_DIALER)}
        tap.cut()
        await until(lambda: tap.connections == 2, "the dialer comes back", timeout=20)
        await self.until_up(dialer, listener)
        await self.both_ways(dialer, listener, "after the cut")
        for daemon, way in ((listener, TO_LISTENER), (dialer, TO_DIALER)):
            before = await daemon.counters()
            for passed in recorded[way]:
                tap.inject(way, passed.raw)
            await self.until_risen(daemon, before, "drop_undecryptable|drop_replayed")
        await self.both_ways(dialer, listener, "unharmed")
        self.assertEqual(tap.connections, 2)
        bodies = [row["body"] for row in await listener.history(dialer.id)]
        self.assertEqual(sorted(bodies), sorted(["before the cut", "after the cut", "unharmed"] * 2))

    async def test_altered_removed_or_retyped_frame_costs_the_link_and_nothing_else(self):
        dialer, tap, listener = await self.tapped()
        await self.both_ways(dialer, listener, "before")
        attacks = (
            ("removed", lambda *_: [], None),
            ("altered", lambda passed, _: [altered(passed)], "drop_undecryptable"),
            ("retyped", lambda passed, _: [retyped(passed)], "drop_undecryptable"),
        )
        ways = ((TO_LISTENER, dialer, listener), (TO_DIALER, listener, dialer))
        for number, (name, change, counters) in enumerate(attacks):
            direction, sender, receiver = ways[number % 2]
            with self.subTest(name, direction=direction):
                once = Once(direction, change)
                tap.meddle = once
                before, connections = await receiver.counters(), tap.connections
                once.armed = True
                first = await sender.send(receiver.id, f"{name} 1")
                await until(lambda once=once: once.done, "the attack")
                # Whatever comes next shows the receiver that a frame is missing.
                second = await sender.send(receiver.id, f"{name} 2")
                if counters:
                    await self.until_risen(receiver, before, counters)
                await until(lambda connections=connections: tap.connections > connections, "a new link", timeout=30)
                await self.until_logged(receiver, "a frame was removed from the sealed link")
                await self.until_delivered(sender, receiver, first, f"{name} 1")
                await self.until_delivered(sender, receiver, second, f"{name} 2")
        for daemon, other in ((dialer, listener), (listener, dialer)):
            bodies = [row["body"] for row in await daemon.history(other.id) if row["direction"] == "received"]
            self.assertEqual(len(bodies), len(set(bodies)))

    async def test_features_cannot_be_stripped(self):
        listener = await self.daemon("listener")
        tap = await self.tap(listener.port)
        stripped = {INIT: 0, RESPONSE: 0}

        def strip(passed: Passed, tap: Wiretap) -> list[bytes]:
            if passed.frame.type != HANDSHAKE:
                return [passed.raw]
            message = decode_handshake(passed.frame.payload)
            # The first connection loses the features of the Init, the next those of the Response.
            if not isinstance(message, Hello) or message.kind != (passed.connection + 1) % 2:
                return [passed.raw]
            stripped[message.kind] += 1
            return [replace(passed.frame, payload=without_features(message).encode()).encode()]

        tap.meddle = strip
        dialer = await self.daemon("dialer", peers=(f"127.0.0.1:{tap.port}",))
        await until(lambda: stripped[INIT] and stripped[RESPONSE], "one attempt of each kind", timeout=20)
        self.assertEqual((await dialer.linked(), await listener.linked()), (set(), set()))
        await self.until_risen(listener, {}, "handshake_failed")
        await self.until_risen(dialer, {}, "handshake_failed")
        tap.meddle = None
        await self.until_up(dialer, listener)
        self.assertEqual(await self.link_security(dialer, listener.id), "sealed")
        await self.both_ways(dialer, listener, "sealed")


class Refusing(MeshCase):
    async def test_reference_peer_is_refused_in_both_roles_before_anything_is_said(self):
        node = await self.peer("old")
        to_node = await self.tap(node.port)
        strict = await self.daemon("strict", peers=(f"127.0.0.1:{to_node.port}",), security=REFUSING)
        await self.until_risen(strict, {}, "reference_peer_refused")
        await self.until_logged(strict, r'cannot seal its links, and security.reference_peers says \\?"refuse')
        await until(lambda: to_node.connections, "the daemon dialed")
        said = [decode_handshake(p.frame.payload).kind for p in to_node.of(TO_LISTENER)]
        self.assertEqual(set(said), {INIT})

        to_strict = await self.tap(strict.port)
        before = await strict.counters()
        dialer = await self.peer("dials in")
        await dialer.dial(to_strict.port)
        await self.until_risen(strict, before, "reference_peer_refused")
        await until(lambda: strict.id not in dialer.peers, "the daemon hangs up")
        said = to_strict.of(TO_DIALER)
        self.assertEqual([p.frame.type for p in said], [HANDSHAKE])
        self.assertEqual(await strict.linked(), set())
        self.assertNotIn(strict.id, dialer.directory)

        ours = await self.linked_peer(strict, "ours", kind=ExtendedNode)
        await self.exchange(strict, ours)
        self.assertEqual(await self.link_security(strict, ours.id), "sealed")

    async def test_reference_form_never_leaves_a_refusing_node(self):
        strict = await self.daemon("strict", security=REFUSING)
        relay = await self.linked_peer(strict, "relay", kind=ExtendedNode)
        old = await self.peer("old")
        await old.dial(relay.port)

        async def routed() -> bool:
            return await strict.hops_to(old.id) == 2 and old.table.hops(strict.id) == 2

        await until(routed, "routes of two hops")
        old.announce_identity()
        await until(lambda: strict.known_peer(old.id), "the key of the reference node")
        await strict.send(old.id, "not like this")

        def offers() -> int:
            frames = [f for _, _, f in relay.relayed if f.source == strict.id and f.destination == old.id]
            self.assertFalse([f for f in frames if f.payload[:1] == b"\x08" or is_sealed(f.payload)])
            return sum(1 for f in frames if f.payload[:1] == b"\x07" and read_trailer(f.payload).offer)

        # The third one is sent when a tolerant node would long have taken its silence for a reference node's.
        await until(lambda: offers() >= 3, "three offers")
        self.assertEqual(old.messaging.inbox, [])


if __name__ == "__main__":
    unittest.main()
