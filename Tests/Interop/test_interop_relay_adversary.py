"""Two shipped daemons whose only way to each other is a relay that lies, alters, repeats, reorders and forges."""

from __future__ import annotations

import os
import random
import unittest
from dataclasses import replace

from daemon import Daemon
from mesh_case import MeshCase
from pim_peer import box
from pim_peer.control import PeerInfo
from pim_peer.extended import ExtendedNode, reference_payload, unsigned_introduction
from pim_peer.frames import IS_CONTROL, MeshFrame
from pim_peer.identity import Identity
from pim_peer.messaging import ACKNOWLEDGEMENT, DELIVERED, MESSAGE, encode_message
from pim_peer.node import Node
from pim_peer.trailer import read_trailer, signed_peer_info
from waiting import until

SEALED, INTRODUCTION, REFERENCE = 0x42, 0x07, 0x08
FORGED = "forged by the relay"


def tag_of(frame: MeshFrame) -> int:
    return frame.payload[0] if frame.flags & IS_CONTROL and frame.payload else 0


def is_exchange(frame: MeshFrame) -> bool:
    """Whether this is an offer or an answer."""
    trailer = read_trailer(frame.payload) if tag_of(frame) == INTRODUCTION else None
    return trailer is not None and bool(trailer.offer or trailer.answer)


def stripped(frame: MeshFrame) -> MeshFrame:
    """A signed PeerInfo as an unsigned one."""
    return replace(frame, payload=frame.payload[: 34 + frame.payload[33]])


class Adversary:
    """Everything a relay can make of what passes through it; the genuine frames pass as well."""

    def __init__(self, relay: Node, daemons: tuple[Daemon, Daemon]):
        self.relay = relay
        self.daemons = {daemon.id: daemon for daemon in daemons}
        self.evil = Identity.generate()
        self.random = random.Random(7)
        self.recorded: list[MeshFrame] = []
        self.tried: dict[str, int] = {}

    def other(self, node: bytes) -> Daemon:
        return next(daemon for id, daemon in self.daemons.items() if id != node)

    def __call__(self, frame: MeshFrame) -> list[MeshFrame]:
        if not self.daemons.keys() >= {frame.source, frame.destination}:
            return [frame]
        forgeries = list(self.forgeries(frame))
        self.random.shuffle(forgeries)
        self.recorded.append(frame)
        # Forgeries arrive on both sides of the genuine frame.
        half = len(forgeries) // 2
        return forgeries[:half] + [frame] + forgeries[half:]

    def forgeries(self, frame: MeshFrame):
        def note(name: str, forgery: MeshFrame) -> MeshFrame:
            self.tried[name] = self.tried.get(name, 0) + 1
            return forgery

        at = self.random.randrange(len(frame.payload))
        bent = bytearray(frame.payload)
        bent[at] ^= 1 << self.random.randrange(8)
        yield note("altered", replace(frame, payload=bytes(bent)))
        yield note("cut", replace(frame, payload=frame.payload[:at]))
        yield note("repeated", frame)
        for old in self.random.sample(self.recorded, min(2, len(self.recorded))):
            yield note("played again", old)
        yield note("sent back", replace(frame, source=frame.destination, destination=frame.source))
        yield note("in the receiver's own name", replace(frame, source=frame.destination))
        yield note("under its own name", replace(frame, source=self.relay.id))
        yield note("in an unknown name", replace(frame, source=self.evil.node_id))
        yield note("without the control flag", replace(frame, flags=0))
        target, speaker = self.daemons[frame.destination], self.daemons[frame.source]
        sealed = box.seal(FORGED.encode(), target.identity.x25519_public)
        message = reference_payload(MESSAGE, encode_message(os.urandom(16), 1, sealed))
        yield note("message in reference form", replace(frame, payload=message))
        receipt = reference_payload(ACKNOWLEDGEMENT, os.urandom(16) + bytes([DELIVERED]))
        yield note("receipt in reference form", replace(frame, payload=receipt))
        yield note("unsigned key", replace(frame, payload=unsigned_introduction(self.evil.x25519_public, "evil")))
        own = signed_peer_info(self.evil, target.id, speaker.name, 3, offer=os.urandom(32))
        yield note("key signed by another", replace(frame, payload=own))
        lie = signed_peer_info(self.evil, target.id, "evil", 3, offer=os.urandom(32), source=frame.source)
        yield note("key signed by another in its name", replace(frame, payload=lie))
        if tag_of(frame) == INTRODUCTION:
            yield note("stripped", stripped(frame))
            body = PeerInfo(self.evil.x25519_public, speaker.name).encode()
            planted = body + frame.payload[34 + frame.payload[33] :]
            yield note("key planted under the signature", replace(frame, payload=planted))
        yield note("unknown session", replace(frame, payload=b"\x42" + os.urandom(8) + bytes(8) + os.urandom(40)))


class RelayCase(MeshCase):
    async def line(self, kind: type[Node]) -> tuple[Daemon, Node, Daemon]:
        relay = await self.peer("relay", kind=kind)
        one, two = [await self.daemon(name, peers=(f"127.0.0.1:{relay.port}",)) for name in ("one", "two")]
        await self.until_linked(one, relay)
        await self.until_linked(two, relay)
        await self.until_routed(one, two)
        return one, relay, two

    async def until_routed(self, one: Daemon, two: Daemon) -> None:
        async def routed() -> bool:
            return await one.hops_to(two.id) == 2 and await two.hops_to(one.id) == 2

        await until(routed, "routes through the relay", timeout=30)

    async def send(self, sender: Daemon, receiver: Daemon, body: str) -> None:
        await self.until_delivered(sender, receiver, await sender.send(receiver.id, body), body)

    async def until_known(self, one: Daemon, two: Daemon) -> None:
        """Both have the other's signed key and pin on disk."""
        for a, b in ((one, two), (two, one)):
            await self.send(a, b, f"first of {a.name}")
        for a, b in ((one, two), (two, one)):
            await until(lambda a=a, b=b: (a.known_peer(b.id) or {}).get("pin"), "the pins are on disk")

    async def received(self, daemon: Daemon, peer: Daemon) -> list[str]:
        return sorted(r["body"] for r in await daemon.history(peer.id) if r["direction"] == "received")

    async def assert_exactly(self, one: Daemon, two: Daemon, from_one: list[str], from_two: list[str]) -> None:
        """Each has stored the other's messages, each once, and nothing of anybody else; keys are as they were."""
        self.assertEqual(await self.received(two, one), sorted(from_one))
        self.assertEqual(await self.received(one, two), sorted(from_two))
        for daemon, other in ((one, two), (two, one)):
            stored = daemon.stored_messages()
            self.assertEqual({row["peer_node_id"] for row in stored}, {other.id.hex()})
            self.assertNotIn(FORGED, [row["body"] for row in stored])
            self.assertEqual(daemon.known_peer(other.id)["x25519_pub"], other.identity.x25519_public)
            self.assertNotEqual(daemon.known_peer(other.id)["last_known_name"], "evil")


class Forging(RelayCase):
    async def attack(self, kind: type[Node]) -> None:
        one, relay, two = await self.line(kind)
        await self.until_known(one, two)
        adversary = Adversary(relay, (one, two))
        relay.tamper = adversary
        bodies = {one: ["first of one"], two: ["first of two"]}
        for number in range(8):
            for sender, receiver in ((one, two), (two, one)):
                body = f"{number} of {sender.name}"
                bodies[sender].append(body)
                await self.send(sender, receiver, body)
        relay.tamper = None
        # Once more, what was recorded, and then a message behind it.
        for frame in adversary.recorded[-100:]:
            relay.relay_on(frame)
        for sender, receiver in ((one, two), (two, one)):
            bodies[sender].append("last")
            await self.send(sender, receiver, "last")
        await self.assert_exactly(one, two, bodies[one], bodies[two])
        for daemon in (one, two):
            counted = await daemon.counters()
            for name in (
                "drop_sealed_replayed", "drop_sealed_undecryptable", "drop_sealed_foreign_source",
                "drop_sealed_unknown_session", "drop_reference_form_of_pinned", "peer_info_unsigned_ignored",
                "peer_info_signature_invalid", "drop_own_source",
            ):
                self.assertGreater(counted.get(f"counters.{name}", 0), 0, name)
        self.assertGreaterEqual(min(adversary.tried.values()), 1)

    async def test_relay_of_our_own_kind(self):
        await self.attack(ExtendedNode)

    async def test_reference_relay(self):
        await self.attack(Node)

    async def test_reordered_frames_are_delivered_once_each(self):
        one, relay, two = await self.line(Node)
        await self.until_known(one, two)
        held: list[MeshFrame] = []

        def hold(frame: MeshFrame) -> list[MeshFrame]:
            if frame.source != one.id or tag_of(frame) != SEALED:
                return [frame]
            held.append(frame)
            return []

        relay.tamper = hold
        bodies = [f"message {number}" for number in range(12)]
        messages = [await one.send(two.id, body) for body in bodies]
        await until(lambda: len(held) >= len(bodies), "all of them are held back")
        relay.tamper = None
        for frame in reversed(held + held):
            relay.relay_on(frame)
        for message, body in zip(messages, bodies):
            await self.until_delivered(one, two, message, body)
        await self.assert_exactly(one, two, ["first of one", *bodies], ["first of two"])


class Suppressing(RelayCase):
    async def test_dropped_message_is_sent_again_and_stored_once(self):
        one, relay, two = await self.line(Node)
        await self.until_known(one, two)
        dropped: list[MeshFrame] = []

        def drop(frame: MeshFrame) -> list[MeshFrame]:
            if dropped or frame.source != one.id or tag_of(frame) != SEALED:
                return [frame]
            dropped.append(frame)
            return []

        relay.tamper = drop
        await self.send(one, two, "dropped once")
        self.assertEqual(len(dropped), 1)
        relay.relay_on(dropped[0])
        await self.send(one, two, "last")
        await self.assert_exactly(one, two, ["first of one", "dropped once", "last"], ["first of two"])

    async def test_message_waits_while_an_offer_is_lost(self):
        relay = await self.peer("relay", kind=ExtendedNode)
        lost: list[MeshFrame] = []

        def lose(frame: MeshFrame) -> list[MeshFrame]:
            if not is_exchange(frame) or lost:
                return [frame]
            lost.append(frame)
            return []

        relay.tamper = lose
        one, two = [
            await self.daemon(name, peers=(f"127.0.0.1:{relay.port}",), security='reference_peers = "refuse"')
            for name in ("one", "two")
        ]
        await self.until_routed(one, two)
        await until(lambda: one.known_peer(two.id), "the key of the other one")
        await self.send(one, two, "patience")
        self.assertEqual(len(lost), 1)
        await self.assert_exactly(one, two, ["patience"], [])
        self.assertFalse([f for _, _, f in relay.relayed if tag_of(f) == REFERENCE])

    async def test_pinned_pair_is_not_talked_down_by_stripping_not_even_after_a_restart(self):
        one, relay, two = await self.line(ExtendedNode)
        await self.until_known(one, two)
        await two.kill()
        await until(lambda: two.id not in relay.peers, "the relay notices")
        offers: list[MeshFrame] = []
        seen = len(relay.relayed)

        def strip(frame: MeshFrame) -> list[MeshFrame]:
            if tag_of(frame) != INTRODUCTION:
                return [frame]
            if is_exchange(frame) and frame.source == two.id:
                offers.append(frame)
            # Two seconds of silence make a reference node of somebody who is not pinned; the third offer goes out later.
            return [frame if len(offers) >= 3 else stripped(frame)]

        relay.tamper = strip
        await two.start()
        await self.until_linked(two, relay)
        await self.until_routed(one, two)
        message = await two.send(one.id, "only sealed")
        await self.until_delivered(two, one, message, "only sealed")
        self.assertGreaterEqual(len(offers), 3)
        self.assertFalse([f for _, _, f in relay.relayed[seen:] if tag_of(f) == REFERENCE])
        await self.assert_exactly(one, two, ["first of one"], ["first of two", "only sealed"])


if __name__ == "__main__":
    unittest.main()
