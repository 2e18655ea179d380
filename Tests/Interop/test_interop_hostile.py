"""What strangers and bad neighbours may try. After each attempt the mesh carries on and a counter shows it."""

from __future__ import annotations

import asyncio
import random
import time
import unittest

from hostile_case import HostileCase, NeighbourCase
from mesh_case import MeshCase
from pim_peer.control import Goodbye, PluginPayload
from pim_peer.frames import (
    CONTROL,
    DATA,
    HANDSHAKE,
    HEARTBEAT,
    INIT,
    IS_CONTROL,
    ROUTE_UPDATE,
    STREAM_LIMIT,
    Heartbeat,
    Hello,
    MeshFrame,
    RouteEntry,
    RouteUpdate,
    TransportFrame,
)
from pim_peer.handshake import Initiator
from pim_peer.identity import Identity, node_id_of
from pim_peer.link import Link
from pim_peer.node import Node
from waiting import until


class Strangers(HostileCase):
    async def test_garbage_closes_only_its_own_connection(self):
        noise = random.Random(1)
        for _ in range(20):
            link = await self.stranger()
            link.send_bytes(noise.randbytes(16) + b"\xff" + noise.randbytes(4096))
            self.assertTrue(await link.ended())
        await self.conclude("stream_broken")

    async def test_oversize_length_closes_at_once(self):
        link = await self.stranger(bytes(16))
        link.send_bytes((STREAM_LIMIT + 1).to_bytes(4, "big"))
        self.assertTrue(await link.ended())
        await self.conclude("stream_broken")

    async def test_large_frames_are_not_collected_before_a_session(self):
        resident = self.target.resident_bytes
        links = []
        for number in range(60):
            link = await Link.dial(self.target.port, source=f"127.0.2.{number % 6 + 1}")
            self.addCleanup(link.abort)
            link.send_bytes(random.randbytes(16) + STREAM_LIMIT.to_bytes(4, "big") + bytes(STREAM_LIMIT - 1))
            links.append(link)
        self.assertTrue(all(await asyncio.gather(*(link.ended(timeout=15) for link in links))))
        self.assertLess(self.target.resident_bytes - resident, 16 * 1024 * 1024)
        await self.conclude("stream_broken|handshake_timed_out|drop_before_session")

    async def test_half_open_connections_by_the_hundred_leave_room_for_others(self):
        links = []
        for number in range(400):
            try:
                link = await Link.dial(self.target.port, source=f"127.0.1.{number % 4 + 1}")
            except OSError:
                continue
            self.addCleanup(link.abort)
            if number % 2:
                link.send_bytes(random.randbytes(16))
            links.append(link)
        self.assertTrue(links)
        await self.assert_mesh_carries_on(self.target, self.honest)
        newcomer = await self.peer("newcomer")
        await newcomer.dial(self.target.port)
        await self.until_linked(self.target, newcomer, timeout=30)
        closed = await asyncio.gather(*(link.ended(timeout=40) for link in links))
        self.assertTrue(all(closed), f"{closed.count(False)} half-open connections are still there")
        await self.conclude("connection_refused_per_address|connection_evicted|connection_without_preamble")

    async def test_forged_preamble_is_refused(self):
        imposter = Identity.generate()
        link = await self.stranger(self.honest.id)
        try:
            await link.introduce(imposter, preamble=False)
        except (ConnectionError, asyncio.TimeoutError):
            pass
        self.assertTrue(await link.ended())
        self.assertNotIn(imposter.node_id, await self.target.linked())
        await self.conclude("forged_preamble")

    async def test_frames_before_the_handshake_are_ignored(self):
        await self.until_known()
        link = await self.stranger(self.honest.id)
        count = await self.message_count(self.honest.id)
        link.send_control(Goodbye(self.honest.id))
        link.send_control(self.sealed_message())
        link.send_clear(HEARTBEAT, Heartbeat(self.honest.id, 1, 0, 255, random.randbytes(32)).encode())
        update = RouteUpdate(self.honest.id, 2**63, (RouteEntry(self.honest.id, 0),))
        link.send_clear(ROUTE_UPDATE, update.encode())
        link.send(TransportFrame(DATA, random.randbytes(64), random.randbytes(12), random.randbytes(16)))
        link.send_clear(CONTROL, b"\x01" + bytes(16))
        await link.flush()
        await self.conclude("drop_before_session")
        await self.until_known()
        # Two of the exchange that has just shown that the mesh carries on, none of the stranger.
        self.assertEqual(await self.message_count(self.honest.id), count + 2)

    async def until_known(self) -> None:
        async def listed() -> bool:
            return self.honest.id in await self.target.linked()

        await until(listed, "the honest peer is listed")

    async def test_small_order_public_key_gets_no_session(self):
        weak = bytes(32)
        for _ in range(16):
            hello = Hello(INIT, weak, random.randbytes(32), random.randbytes(32), bytes(64))
            # After some of them the address is restricted, and what it opens too fast is reset.
            with self.assertRaises((ConnectionError, asyncio.TimeoutError)):
                link = await self.stranger(node_id_of(weak))
                link.send_clear(HANDSHAKE, hello.encode())
                await link.expect(HANDSHAKE, timeout=1)
        await self.conclude("handshake_failed")

    async def test_small_order_ephemeral_and_bad_signature_get_no_answer(self):
        identity = Identity.generate()
        nonce = random.randbytes(32)
        zero = Hello(INIT, identity.public_key, bytes(32), nonce, identity.sign(bytes(32) + nonce))
        unsigned = Hello(INIT, identity.public_key, random.randbytes(32), nonce, random.randbytes(64))
        for hello in (zero, unsigned):
            link = await self.stranger(identity.node_id)
            link.send_clear(HANDSHAKE, hello.encode())
            with self.assertRaises((ConnectionError, asyncio.TimeoutError)):
                await link.expect(HANDSHAKE, timeout=1)
        await self.conclude("handshake_failed")

    async def test_recorded_init_leads_to_no_session_and_disturbs_nobody(self):
        recorded = Initiator(self.honest.identity).init.encode()
        for _ in range(3):
            link = await self.stranger(self.honest.id)
            link.send_clear(HANDSHAKE, recorded)
            link.send_clear(HANDSHAKE, b"\x02" + random.randbytes(32))
            self.assertTrue(await link.ended(timeout=15))
        await self.conclude("handshake_replayed")

    async def test_connecting_with_the_daemons_own_key_is_refused(self):
        link = await self.stranger(self.target.id)
        hello = Initiator(self.target.identity).init
        link.send_clear(HANDSHAKE, hello.encode())
        self.assertTrue(await link.ended(timeout=15))
        self.assertNotIn(self.target.id, await self.target.linked())
        await self.conclude("self_connection")


class Neighbours(NeighbourCase):
    async def test_goodbye_for_somebody_else_is_ignored(self):
        self.link.send_control(Goodbye(self.honest.id))
        await self.conclude("goodbye_for_another")

    async def test_own_goodbye_is_honoured_at_once(self):
        self.link.send_control(Goodbye(self.bad.id))

        async def gone() -> bool:
            return self.bad.id not in await self.target.linked()

        await until(gone, "the departed peer is gone", timeout=2)
        await self.assert_mesh_carries_on(self.target, self.honest)

    async def test_replayed_data_frame_is_refused(self):
        await self.until_routed()
        sealed = self.link.send_mesh(MeshFrame(self.bad.id, self.honest.id, b"once"))
        self.link.send(sealed)
        self.link.send(sealed)
        self.link.send_mesh(MeshFrame(self.bad.id, self.honest.id, b"marker"))
        await until(lambda: b"marker" in self.plain_arrivals(), "the frame behind the replay")
        self.assertEqual(self.plain_arrivals(), [b"once", b"marker"])
        await self.conclude("drop_replayed")

    async def test_reflected_frame_is_refused_and_blocks_nothing(self):
        await self.until_routed()
        # The daemon has to be ahead with its counter, or the mirrored frames would merely look old.
        await until(lambda: self.honest.table.hops(self.bad.id) == 2, "a route back")
        for number in range(50):
            self.honest.send_mesh(self.bad.id, bytes([number]))
        await until(lambda: len(self.bad.packets) == 50, "frames to mirror")
        for frame in list(self.link.sealed_frames)[-10:]:
            self.link.send(frame)
        self.link.send_mesh(MeshFrame(self.bad.id, self.honest.id, b"after the mirror"))
        await until(lambda: b"after the mirror" in self.plain_arrivals(), "genuine frames still open")
        await self.conclude("drop_reflected")

    async def test_tampered_frames_are_dropped_and_the_link_stays(self):
        await self.until_routed()
        sealed = self.link.session.seal(MeshFrame(self.bad.id, self.honest.id, b"bent").encode())
        self.link.send(TransportFrame(DATA, sealed.payload, sealed.nonce, bytes(16)))
        self.link.send_mesh(MeshFrame(self.bad.id, self.honest.id, b"marker"))
        await until(lambda: b"marker" in self.plain_arrivals(), "the frame behind it")
        self.assertEqual(self.plain_arrivals(), [b"marker"])
        await self.conclude("drop_undecryptable")

    async def test_malformed_frames_are_skipped_and_the_link_stays(self):
        await self.until_routed()
        for message in (b"", b"PM", b"XX\x01" + bytes(40), b"PM\x02" + bytes(40), b"PM\x01\x07" + bytes(40)):
            self.link.send_bytes(len(message).to_bytes(4, "big") + message)
        for kind, payload in ((CONTROL, b""), (CONTROL, b"\x01"), (CONTROL, b"\x0805"), (HEARTBEAT, bytes(10))):
            self.link.send_clear(kind, payload)
        self.link.send_clear(ROUTE_UPDATE, bytes(24) + (1001).to_bytes(2, "big") + bytes(64))
        self.link.send(self.link.session.seal(bytes(39)))
        self.link.send_mesh(MeshFrame(self.bad.id, self.honest.id, b"marker"))
        await until(lambda: b"marker" in self.plain_arrivals(), "the frame behind them")
        for counter in ("drop_malformed_frame", "control_malformed", "drop_malformed_mesh_frame"):
            await self.conclude(counter)

    async def test_frames_in_the_name_of_the_daemon_are_dropped(self):
        await self.until_routed()
        self.link.send_mesh(MeshFrame(self.target.id, self.honest.id, b"forged"))
        self.link.send_mesh(MeshFrame(self.bad.id, self.honest.id, b"marker"))
        await until(lambda: b"marker" in self.plain_arrivals(), "the frame behind it")
        self.assertEqual(self.plain_arrivals(), [b"marker"])
        await self.conclude("drop_own_source")

    async def test_ever_new_routes_push_nobody_out_and_do_not_pile_up(self):
        await self.until_routed()
        for number in range(8):
            ghosts = (RouteEntry(random.randbytes(16), 1) for _ in range(999))
            update = RouteUpdate(self.bad.id, 2**62 + number, (RouteEntry(self.bad.id, 0), *ghosts))
            self.link.send_clear(ROUTE_UPDATE, update.signed_by(self.bad.identity).encode())
        await self.assert_mesh_carries_on(self.target, self.honest)
        self.assertLessEqual((await self.target.call("status"))["routes"]["active"], 1002)
        # What it tells others stays within one update and names its real neighbours.
        before = self.honest.updates_accepted
        await until(lambda: self.honest.updates_accepted > before, "the next update")
        self.assertEqual(self.honest.table.hops(self.bad.id), 2)

    async def test_direct_message_payload_is_refused(self):
        self.link.send_control(self.sealed_message())
        await self.exchange(self.target, self.bad, "routed")
        bodies = [message["body"] for message in await self.target.history(self.bad.id)]
        self.assertNotIn("forged", bodies)
        await self.assert_mesh_carries_on(self.target, self.honest)

    async def test_flooding_a_plugin_costs_others_nothing_and_is_put_down_to_the_flooder(self):
        letter = self.sealed_message().encode()
        frame = MeshFrame(self.bad.id, self.target.id, letter, flags=IS_CONTROL).encode()
        flood = [self.link.session.seal(frame).stream_message() for _ in range(20_000)]
        waits = []
        flooding = asyncio.create_task(self.pour(flood))
        while len(waits) < 20 or not flooding.done():
            began = time.monotonic()
            sent = self.honest.messaging.send(self.target.id, f"letter {len(waits)}")
            await until(lambda: self.honest.messaging.is_acknowledged(self.target.id, sent), "its receipt", every=0.002)
            waits.append(time.monotonic() - began)
            await asyncio.sleep(max(0, 0.1 - waits[-1]))
        await flooding
        self.assertIn(self.bad.id, await self.target.linked())
        plugins = (await self.target.call("plugins.list"))["plugins"]
        messaging = next(plugin for plugin in plugins if plugin["name"] == "messaging")
        dropped = {bytes.fromhex(source["node"]): source["dropped"] for source in messaging["top_sources"]}
        self.assertGreater(dropped.get(self.bad.id, 0), 100)
        self.assertEqual(dropped.get(self.honest.id, 0), 0)
        self.assertEqual(len(await self.target.history(self.bad.id)), 1, "one message, however often it is repeated")
        await self.assert_mesh_carries_on(self.target, self.honest)

    async def pour(self, flood: list[bytes]) -> None:
        """Sends as fast as the daemon reads, whole frames at a time: the peer's own traffic comes in between."""
        for start in range(0, len(flood), 200):
            self.link.send_bytes(b"".join(flood[start : start + 200]))
            await self.link.flush()
            await asyncio.sleep(0)

    async def test_flood_of_one_neighbour_does_not_stop_another(self):
        payload = PluginPayload("nobody.listens", bytes(200)).encode()
        for _ in range(20_000):
            self.link.send_mesh(MeshFrame(self.bad.id, self.target.id, payload, flags=IS_CONTROL))
        await self.link.flush()
        await self.assert_mesh_carries_on(self.target, self.honest)


class BareSession(MeshCase):
    async def test_early_exit_after_every_step_leaves_nothing_behind(self):
        target = await self.daemon("steady")
        honest = await self.linked_peer(target)
        for step in range(4):
            for _ in range(10):
                node = Node(name="quitter")
                link = await Link.dial(target.port)
                if step > 0:
                    link.send_bytes(node.id)
                if step == 2:
                    link.send_clear(HANDSHAKE, Initiator(node.identity).init.encode())
                    await link.expect(HANDSHAKE)
                if step == 3:
                    await link.introduce(node.identity, preamble=False)
                link.abort()

        async def only_honest() -> bool:
            return await target.linked() == {honest.id}

        await until(only_honest, "only the honest peer is left")
        await self.assert_mesh_carries_on(target, honest)


if __name__ == "__main__":
    unittest.main()
