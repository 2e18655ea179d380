"""Sessions between the shipped daemon and the independent peer: offers, answers, sealed payloads, and their enemies."""

from __future__ import annotations

import os
import unittest

from daemon import risen
from mesh_case import MeshCase
from pim_peer import box
from pim_peer.control import Ping
from pim_peer.endtoend import encode_payload, read_header
from pim_peer.extended import ExtendedNode, reference_payload, unsigned_introduction
from pim_peer.features import SESSIONS
from pim_peer.frames import CONTROL, IS_CONTROL, MeshFrame
from pim_peer.messaging import MESSAGE, encode_message
from pim_peer.trailer import signed_peer_info
from waiting import until


class SessionCase(MeshCase):
    async def ours(self, daemon, name: str = "ours", **options) -> ExtendedNode:
        return await self.linked_peer(daemon, name, kind=ExtendedNode, **options)

    def message_to(self, daemon, text: str) -> bytes:
        """The body of a message as anybody can make it who knows the daemon's key."""
        return encode_message(os.urandom(16), 1, box.seal(text.encode(), daemon.identity.x25519_public))

    async def bodies(self, daemon, peer: bytes) -> list[str]:
        return sorted(row["body"] for row in await daemon.history(peer) if row["direction"] == "received")

    async def key_shown(self, daemon, peer: bytes) -> str:
        return next(p for p in await daemon.call("peers.list") if p["node_id"] == peer.hex())["x25519_pubkey"]


class Established(SessionCase):
    async def test_messages_cross_a_relay_daemon_sealed(self):
        relay = await self.daemon("relay")
        target = await self.daemon("target", peers=(f"127.0.0.1:{relay.port}",))
        node = await self.ours(relay)
        await until(lambda: node.table.hops(target.id) == 2, "a route to the target")
        await until(lambda: target.id in node.trailers, "the signed key of the target")
        self.assertEqual(node.directory[target.id].name, "target")
        await self.exchange(target, node, "across")
        session = node.current[target.id]
        self.assertTrue(node.pins[target.id] & SESSIONS)
        row = next(r for r in await target.history(node.id) if r["direction"] == "received")
        self.assertTrue(row["verified"])
        # Nothing of the exchange came in another form.
        routed = [f for f in node.delivered if f.source == target.id]
        self.assertFalse([f for f in routed if f.payload[:1] not in (b"\x42", b"\x07")])
        await self.exchange(relay, node, "to the neighbour")
        self.assertIs(node.current[target.id], session)
        self.assertNotEqual(node.current[relay.id].id, session.id)

    async def test_peer_that_wants_a_session_gets_its_answer_and_confirms(self):
        daemon = await self.daemon("answers")
        node = await self.ours(daemon)
        node.make_offer(daemon.id)
        await until(lambda: daemon.id in node.current, "the answer")
        self.assertTrue(node.current[daemon.id].is_initiator)
        await self.until_risen(daemon, {}, "session_end_to_end_established")
        await self.exchange(daemon, node)

    async def test_daemon_offers_and_confirms(self):
        daemon = await self.daemon("offers")
        node = await self.ours(daemon)
        await until(lambda: daemon.id in node.trailers, "introduced")
        sent = await daemon.send(node.id, "waits for the session")
        await until(lambda: any(m.id == sent for m in node.messaging.inbox), "the message")
        self.assertFalse(node.current[daemon.id].is_initiator)
        self.assertEqual(len(node.offers_received), 1)
        await self.exchange(daemon, node)

    async def test_session_without_anything_to_send_is_confirmed_by_an_empty_frame(self):
        daemon = await self.daemon("renews")
        node = await self.ours(daemon)
        await self.exchange(daemon, node)
        before = len(node.offers_received)

        def asked() -> bool:
            stray = b"\x42" + os.urandom(8) + bytes(8) + os.urandom(40)
            node.send_mesh(daemon.id, stray, IS_CONTROL)
            return len(node.offers_received) > before

        # Not at once: a daemon that opened a frame of ours just now does not believe that we lost our sessions.
        await until(asked, "an offer for the session nobody knows", every=0.5)
        await until(lambda: node.confirmations, "the confirmation of the daemon")
        await self.exchange(daemon, node)

    async def test_both_offer_at_once(self):
        daemon = await self.daemon("eager")
        node = await self.ours(daemon)
        await until(lambda: daemon.id in node.trailers, "introduced")
        node.answers_offers = False
        crossed = await daemon.send(node.id, "while both offer")
        await until(lambda: node.offers_received, "the daemon's offer")
        node.make_offer(daemon.id)
        node.answers_offers = True
        await until(lambda: len(node.established) == 2, "both sessions")
        self.assertEqual({session.is_initiator for session in node.established}, {True, False})
        self.assertEqual(len({session.id for session in node.established}), 2)
        await until(lambda: any(m.id == crossed for m in node.messaging.inbox), "the message that waited")
        # Either one is opened, whichever the other end sends on.
        for session in node.established:
            node.current[daemon.id] = session
            await self.exchange(daemon, node)

    async def test_peer_that_lost_its_sessions_gets_a_new_one(self):
        daemon = await self.daemon("patient")
        node = await self.ours(daemon)
        await self.exchange(daemon, node, "before")
        old = node.current[daemon.id]
        node.lose_sessions()
        await daemon.send(node.id, "lost in flight")
        await until(lambda: daemon.id in node.current, "a session by our offer")
        self.assertNotEqual(node.current[daemon.id].id, old.id)
        await self.exchange(daemon, node, "after")

    async def test_forgotten_peer_agrees_anew(self):
        daemon = await self.daemon("forgets")
        node = await self.ours(daemon)
        await self.exchange(daemon, node, "before")
        await until(lambda: (daemon.known_peer(node.id) or {}).get("pin"), "the pin is on disk")
        old = node.current[daemon.id]
        await daemon.call("peers.forget", {"node_id": node.id.hex()})
        before = await daemon.counters()
        node.messaging.send(daemon.id, "under a session that is gone")
        await self.until_risen(daemon, before, "drop_sealed_unknown_session")
        await until(lambda: node.current[daemon.id].id != old.id, "a new session by the daemon's offer")
        await self.exchange(daemon, node, "after")
        await until(lambda: (daemon.known_peer(node.id) or {}).get("pin"), "the new pin is on disk")

    async def test_recorded_answer_is_none_to_a_later_offer(self):
        daemon = await self.daemon("careful")
        node = await self.ours(daemon)
        await until(lambda: daemon.id in node.trailers, "introduced")
        first = await daemon.send(node.id, "first")
        await until(lambda: any(m.id == first for m in node.messaging.inbox), "the first message")
        recorded = list(node.answers.values())
        await daemon.call("peers.forget", {"node_id": node.id.hex()})
        node.answers_offers = False
        node.lose_sessions()
        node.peers[daemon.id].link.send_frame(CONTROL, node.introduction(daemon.id))
        await until(lambda: daemon.known_peer(node.id), "the daemon knows the node again")
        offers = len(node.offers_received)
        second = await daemon.send(node.id, "second")
        await until(lambda: len(node.offers_received) > offers, "another offer")
        before = await daemon.counters()
        for answer in recorded:
            node.send_mesh(daemon.id, answer, IS_CONTROL)
        await self.until_risen(daemon, before, "session_answer_unexpected")
        node.answers_offers = True
        await until(lambda: any(m.id == second for m in node.messaging.inbox), "the second message")
        await self.exchange(daemon, node)

    async def test_daemon_that_was_restarted_makes_a_new_session(self):
        daemon = await self.daemon("restarts")
        node = await self.ours(daemon)
        await self.exchange(daemon, node, "before")
        await until(lambda: (daemon.known_peer(node.id) or {}).get("pin"), "the pin is on disk")
        old, offers = node.current[daemon.id], len(node.offers_received)
        await daemon.kill()
        await daemon.start()
        await until(lambda: daemon.id not in node.peers, "the link is gone")
        await node.dial(daemon.port)
        await self.until_linked(daemon, node)
        lost = node.messaging.send(daemon.id, "sealed under a session that is gone")
        await until(lambda: len(node.offers_received) > offers, "the daemon offers a new one")
        await until(lambda: node.current[daemon.id].id != old.id, "the new session")
        await self.exchange(daemon, node, "after")
        self.assertIsNone(await daemon.message(node.id, lost))


class Hostile(SessionCase):
    """A daemon with a session to a node of ours, and a second neighbour who would like to speak in its name."""

    async def asyncSetUp(self):
        self.target = await self.daemon("target")
        self.node = await self.ours(self.target)
        self.bad = await self.linked_peer(self.target, "bad")
        await self.exchange(self.target, self.node, "before")
        self.session = self.node.current[self.target.id]
        self.before = await self.target.counters()

    def forge(self, payload: bytes, source: bytes | None = None, by=None) -> None:
        """A routed control frame of anybody to the target, handed over by a neighbour."""
        frame = MeshFrame(source or self.node.id, self.target.id, payload, flags=IS_CONTROL)
        (by or self.bad).peers[self.target.id].link.send_mesh(frame)

    async def conclude(self, counters: str) -> None:
        await self.until_risen(self.target, self.before, counters)
        self.before = await self.target.counters()

    async def until_bodies(self, peer: bytes, expected: list[str]) -> None:
        """A message of another sender may be stored a moment later."""

        async def stored() -> bool:
            return await self.bodies(self.target, peer) == expected

        await until(stored, f"exactly {expected}")

    async def heard_out(self) -> None:
        """The target has dealt with everything both neighbours sent; what it delivered is delivered."""
        for node in (self.bad, self.node):
            nonce = int.from_bytes(os.urandom(8), "big")
            node.peers[self.target.id].link.send_control(Ping(nonce))
            await until(lambda node=node, nonce=nonce: nonce in node.pongs, "the Pong")
        await self.exchange(self.target, self.node, "after")

    async def test_replayed_frames_are_delivered_once(self):
        genuine = [self.node.seal_to(self.target.id, MESSAGE, self.message_to(self.target, f"m{n}")) for n in range(3)]
        for payload in (genuine[2], genuine[0], genuine[0], genuine[1], genuine[2], genuine[1]):
            self.forge(payload)
        await self.conclude("drop_sealed_replayed")
        await self.heard_out()
        self.assertEqual(
            await self.bodies(self.target, self.node.id), ["after, daemon", "before, daemon", "m0", "m1", "m2"]
        )

    async def test_window_is_two_thousand_and_forty_eight_wide(self):
        def sealed(counter: int) -> bytes:
            text = encode_payload(MESSAGE, self.message_to(self.target, f"counter {counter}"))
            return self.session.seal(text, counter=counter)

        for counter in (9000, 9000 - 2048, 9000 - 2047, 9000, 8999, 8999, 9000 - 2049, 9000 - 2047):
            self.forge(sealed(counter))
        self.session.counters[0x42] = 9001
        await self.heard_out()
        taken = [body for body in await self.bodies(self.target, self.node.id) if body.startswith("counter")]
        self.assertEqual(taken, ["counter 6953", "counter 8999", "counter 9000"])
        await self.conclude("drop_sealed_replayed")

    async def test_altered_frames_and_frames_of_others_do_not_open(self):
        genuine = self.node.seal_to(self.target.id, MESSAGE, self.message_to(self.target, "genuine"))
        for at in (9 + 7, 17, len(genuine) - 1):
            bent = bytearray(genuine)
            bent[at] ^= 1
            self.forge(bytes(bent))
        await self.conclude("drop_sealed_undecryptable")
        self.forge(genuine[:20])
        self.forge(genuine[:9] + (1 << 48).to_bytes(8, "big") + genuine[17:])
        await self.conclude("drop_sealed_malformed")
        self.forge(genuine, source=self.bad.id)
        await self.conclude("drop_sealed_foreign_source")
        self.forge(b"\x43" + genuine[1:])
        await self.conclude("drop_sealed_undecryptable")
        # None of them used the counter up.
        self.forge(genuine)
        await self.heard_out()
        self.assertIn("genuine", await self.bodies(self.target, self.node.id))
        self.assertEqual(await self.bodies(self.target, self.bad.id), [])

    async def test_nothing_in_reference_form_is_taken_in_the_name_of_a_pinned_node(self):
        for by in (self.bad, self.node):
            self.forge(reference_payload(MESSAGE, self.message_to(self.target, "forged")), by=by)
            await self.conclude("drop_reference_form_of_pinned")
        # The same from a node without a pin is what reference nodes send.
        self.forge(reference_payload(MESSAGE, self.message_to(self.target, "mine")), source=self.bad.id)
        await self.heard_out()
        await self.until_bodies(self.bad.id, ["mine"])
        self.assertEqual(await self.bodies(self.target, self.node.id), ["after, daemon", "before, daemon"])

    async def test_planted_introductions_change_neither_key_nor_forms(self):
        """BC-9."""
        key = self.node.identity.x25519_public.hex()
        evil = os.urandom(32)
        for _ in range(3):
            self.forge(unsigned_introduction(evil, "planted"))
        await self.conclude("peer_info_unsigned_ignored")
        signed = self.node.introduction(self.target.id)
        bent = bytearray(signed)
        bent[1] ^= 1
        self.forge(bytes(bent))
        await self.conclude("peer_info_signature_invalid")
        # Signed for somebody else; and the signer's own, under another name.
        self.forge(self.node.introduction(self.bad.id))
        await self.conclude("peer_info_signature_invalid")
        imposter = ExtendedNode()
        self.forge(imposter.introduction(self.target.id, offer=os.urandom(32)))
        await self.conclude("peer_info_signature_invalid")
        # Everything right but the key, which is not that of the NodeId.
        lie = signed_peer_info(
            imposter.identity, self.target.id, "planted", 3, offer=os.urandom(32), source=self.node.id
        )
        self.forge(lie)
        await self.conclude("peer_info_signature_invalid")
        self.assertEqual(await self.key_shown(self.target, self.node.id), key)
        established = len(self.node.established)
        await self.heard_out()
        self.assertEqual(len(self.node.established), established)
        sealed = [f for f in self.node.delivered if f.payload[:1] == b"\x42"]
        self.assertEqual({read_header(f.payload)[1] for f in sealed}, {self.session.id})

    async def test_recorded_offers_answers_and_confirmations_make_no_session(self):
        offer = self.node.offer_to(self.target.id)
        self.node.send_mesh(self.target.id, offer, IS_CONTROL)
        await until(lambda: self.node.current[self.target.id] is not self.session, "a second session")
        second = self.node.current[self.target.id]
        answers = [f for f in self.node.delivered if f.payload[:1] == b"\x07" and f.source == self.target.id]
        await self.exchange(self.target, self.node, "renewed")
        self.before = await self.target.counters()
        # The target answered this offer and the session stands: there is no second answer, whoever asks.
        answered = self.before.get("counters.session_offer_answered", 0)
        for by in (self.bad, self.node):

            async def refused(by=by) -> dict:
                # One offer a second is looked at, whatever it is.
                self.forge(offer, by=by)
                return risen(self.before, await self.target.counters(), "session_offer_replayed")

            await until(refused, "the offer is known", every=0.4)
            self.before = await self.target.counters()
        self.assertEqual(self.before.get("counters.session_offer_answered", 0), answered)
        # An answer of the target to somebody, sent back to it; answers to offers it never made.
        self.forge(answers[-1].payload, source=self.target.id)
        await self.conclude("drop_own_source")
        secret = os.urandom(32)
        self.forge(self.node.introduction(self.target.id, answer=(secret, os.urandom(32))))
        await self.conclude("session_answer_unexpected")
        established = len(self.node.established)
        await self.heard_out()
        self.assertEqual((len(self.node.established), self.node.current[self.target.id]), (established, second))

    async def test_frames_under_unknown_sessions_cost_few_offers(self):
        offers = len(self.node.offers_received)
        for _ in range(400):
            self.forge(b"\x42" + os.urandom(8) + bytes(8) + os.urandom(24))
        await self.conclude("drop_sealed_unknown_session")
        await self.heard_out()
        distinct = {offer for _, offer in self.node.offers_received[offers:]}
        self.assertLessEqual(len(distinct), 2)
        self.assertIn(self.session, self.node.established)

    async def test_weak_keys_make_no_session(self):
        self.forge(self.node.introduction(self.target.id, offer=bytes(32)), by=self.node)
        await self.conclude("session_offer_weak")
        await self.heard_out()


if __name__ == "__main__":
    unittest.main()
