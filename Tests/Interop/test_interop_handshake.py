"""Handshakes between the shipped daemon and the independent peer, in both roles, open and private."""

from __future__ import annotations

import asyncio
import unittest

from daemon import free_port, identity_between
from mesh_case import MeshCase, mesh_key, private_mesh
from pim_peer.addresses import mesh_address
from pim_peer.identity import Identity, short_text
from pim_peer.link import Link
from pim_peer.node import BRISK, Node
from waiting import until


class OpenMesh(MeshCase):
    async def test_daemon_answers_a_dialing_peer(self):
        daemon = await self.daemon("answers")
        node = await self.linked_peer(daemon)
        await until(lambda: daemon.id in node.directory, "the daemon's PeerInfo")
        status = await daemon.call("status")
        self.assertEqual(status["node_id"], daemon.id.hex())
        self.assertEqual(status["node_id_short"], short_text(daemon.id))
        self.assertEqual(status["x25519_pubkey"], daemon.identity.x25519_public.hex())
        self.assertEqual(status["mesh_ip"], mesh_address(daemon.id, "10.77.0.0/16") + "/16")
        self.assertEqual(status["transport"]["tcp"]["port"], daemon.port)
        self.assertEqual(node.directory[daemon.id].x25519, daemon.identity.x25519_public)
        self.assertEqual(node.directory[daemon.id].name, "answers")
        await self.exchange(daemon, node)

    async def test_daemon_dials_a_listening_peer(self):
        node = await self.peer("listens")
        daemon = await self.daemon("dials", peers=(f"127.0.0.1:{node.port}",))
        await self.until_linked(daemon, node)
        peer = node.peers[daemon.id]
        self.assertFalse(peer.link.dialed)
        self.assertEqual(peer.link.preamble, daemon.id)
        listed = next(p for p in await daemon.call("peers.list") if p["node_id"] == node.id.hex())
        self.assertTrue(listed["static"])
        await self.exchange(daemon, node)

    async def test_daemon_listens_and_dials_on_ipv6(self):
        node = Node(name="six", timing=BRISK)
        await node.start(host="::1")
        self.addAsyncCleanup(node.stop)
        daemon = await self.daemon("dials", peers=(f"[::1]:{node.port}",))
        await self.until_linked(daemon, node)
        self.assertFalse(node.peers[daemon.id].link.dialed)
        other = await self.peer("dials in")
        await other.dial(daemon.port, host="::1")
        await self.until_linked(daemon, other)
        await self.exchange(daemon, node)
        await self.exchange(daemon, other)

    async def test_nonce_prefix_of_the_daemon_is_no_part_of_the_session_key(self):
        for role in ("responder", "initiator"):
            with self.subTest(role):
                node = await self.peer(role)
                peers = (f"127.0.0.1:{node.port}",) if role == "initiator" else ()
                daemon = await self.daemon(f"d-{role}", peers=peers)
                if role == "responder":
                    await node.dial(daemon.port)
                await self.until_linked(daemon, node)
                await self.exchange(daemon, node)
                session = node.peers[daemon.id].link.session
                self.assertEqual(len(session.prefixes_seen), 1)
                prefix = session.prefixes_seen.pop()
                self.assertNotIn(prefix, session.key)
                self.assertNotEqual(prefix, session.prefix)

    async def test_early_heartbeats_of_the_peer_are_let_go(self):
        daemon = await self.daemon("patient")
        before = await daemon.counters()
        node = Node(name="eager", timing=BRISK)
        link = await Link.dial(daemon.port)
        self.addCleanup(link.abort)
        link.send_bytes(node.id)
        for _ in range(20):
            self.send_heartbeat(link, node)
        await link.introduce(node.identity, preamble=False)
        for _ in range(3):
            self.send_heartbeat(link, node)

        async def up() -> bool:
            return node.id in await daemon.linked()

        await until(up, "the eager peer is linked")
        await self.until_risen(daemon, before, "drop_before_session|control_before_session")

    @staticmethod
    def send_heartbeat(link: Link, node: Node) -> None:
        from pim_peer.frames import HEARTBEAT, Heartbeat

        link.send_clear(HEARTBEAT, Heartbeat(node.id, 1).encode())

    async def test_peer_that_comes_up_late_is_dialed_again(self):
        port = free_port()
        daemon = await self.daemon("keeps trying", peers=(f"127.0.0.1:{port}",))
        node = Node(name="late", timing=BRISK)
        await node.start(port=port)
        self.addAsyncCleanup(node.stop)
        await self.until_linked(daemon, node)
        await node.stop(goodbye=True)
        again = Node(node.identity, name="again", timing=BRISK)
        await again.start(port=port)
        self.addAsyncCleanup(again.stop)
        await self.until_linked(daemon, again)
        await self.exchange(daemon, again)


class Renewal(MeshCase):
    async def renew(self, daemon, node) -> None:
        peer = node.peers[daemon.id]
        first, key = peer.sessions, peer.link.session.key
        node.greet(peer)
        await until(lambda: peer.sessions == first + 1, "the new session")
        self.assertNotEqual(peer.link.session.key, key)
        self.assertIs(node.peers[daemon.id], peer)
        await self.assert_mesh_carries_on(daemon, node)

    async def test_daemon_accepts_a_new_handshake_on_a_live_link(self):
        daemon = await self.daemon("renewed")
        node = await self.linked_peer(daemon)
        await self.exchange(daemon, node)
        for _ in range(3):
            await self.renew(daemon, node)

    async def test_daemon_accepts_it_on_a_link_it_dialed_itself(self):
        node = await self.peer("renews")
        daemon = await self.daemon("dialer", peers=(f"127.0.0.1:{node.port}",))
        await self.until_linked(daemon, node)
        await self.exchange(daemon, node)
        for _ in range(3):
            await self.renew(daemon, node)

    async def test_reconnecting_peer_replaces_its_dead_link(self):
        daemon = await self.daemon("returns")
        node = await self.linked_peer(daemon)
        node.peers[daemon.id].link.abort()
        await until(lambda: daemon.id not in node.peers, "the link is gone")
        await node.dial(daemon.port)
        await self.until_linked(daemon, node)
        await self.exchange(daemon, node)


class DialsOnAccept(Node):
    """Dials back in the moment it is dialed, so that both sides have an attempt in the air."""

    target = 0
    attempt: asyncio.Task | None = None

    def __init__(self, *arguments, **options):
        super().__init__(*arguments, **options)
        self.init_sent = asyncio.Event()

    def greet(self, peer):
        super().greet(peer)
        self.init_sent.set()

    async def _accepted(self, reader, writer):
        if self.attempt is None:
            self.attempt = asyncio.create_task(self.dial(self.target))
            await self.init_sent.wait()
        await super()._accepted(reader, writer)


class SimultaneousDial(MeshCase):
    async def collide(self, node_identity: Identity, daemon_identity: Identity) -> bool:
        """Lets both dial at once; tells whether the link that stayed was dialed by the peer."""
        node = DialsOnAccept(node_identity, name="collides")
        await node.start()
        self.addAsyncCleanup(node.stop)
        node.target = free_port()
        daemon = await self.daemon(
            "collides", peers=(f"127.0.0.1:{node.port}",), identity=daemon_identity, port=node.target
        )
        await until(lambda: node.attempt is not None and node.attempt.done(), "the own attempt is decided")
        node.attempt.exception()
        await self.until_linked(daemon, node)
        listed = [p for p in await daemon.call("peers.list") if p["node_id"] == node.id.hex()]
        self.assertEqual(len(listed), 1)
        await self.assert_mesh_carries_on(daemon, node)
        return node.peers[daemon.id].link.dialed

    async def test_link_dialed_by_the_smaller_peer_stays(self):
        daemon = Identity.generate()
        self.assertTrue(await self.collide(identity_between(high=daemon.node_id), daemon))

    async def test_link_dialed_by_the_smaller_daemon_stays(self):
        daemon = Identity.generate()
        self.assertFalse(await self.collide(identity_between(low=daemon.node_id), daemon))


class PrivateMesh(MeshCase):
    async def test_members_link_in_both_roles(self):
        listener = await self.peer("member", mesh_key=mesh_key())
        daemon = await self.daemon("private", mesh=private_mesh(), peers=(f"127.0.0.1:{listener.port}",))
        dialer = await self.linked_peer(daemon, mesh_key=mesh_key())
        await self.until_linked(daemon, listener)
        await self.exchange(daemon, listener)
        await self.exchange(daemon, dialer)

    async def test_dialing_peer_with_another_passphrase_is_refused_and_reported(self):
        daemon = await self.daemon("guarded", mesh=private_mesh())
        member = await self.linked_peer(daemon, mesh_key=mesh_key())
        for key in (mesh_key("seven quiet herons cross the delta"), None):
            with self.subTest("open" if key is None else "other passphrase"):
                before = await daemon.counters()
                stranger = await self.peer("stranger", mesh_key=key)
                await stranger.dial(daemon.port)
                await until(lambda node=stranger: daemon.id not in node.peers, "the daemon hangs up")
                self.assertNotIn(stranger.id, await daemon.linked())
                await self.until_risen(daemon, before, "handshake_confirm_mismatch")
        self.assertRegex(daemon.log_text(), r"(?i)mesh secret|passphrase")
        self.assertNotIn("herons", daemon.log_text())
        await self.assert_mesh_carries_on(daemon, member)

    async def test_daemon_that_dials_into_another_mesh_reports_no_peer(self):
        other = await self.peer("other mesh", mesh_key=mesh_key("seven quiet herons cross the delta"))
        daemon = await self.daemon("lost", mesh=private_mesh(), peers=(f"127.0.0.1:{other.port}",))
        await until(lambda: len(other.handshake_failures) >= 2, "the daemon is refused and tries again")
        self.assertTrue(all("secrets differ" in reason for reason in other.handshake_failures))
        self.assertNotIn(other.id, await daemon.linked())
        self.assertIsNone(await daemon.hops_to(other.id))


if __name__ == "__main__":
    unittest.main()
