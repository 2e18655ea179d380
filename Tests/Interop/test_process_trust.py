"""Who may link with whom: policies, first use, revocation, pinned identities, and what is said of those that stay out."""

from __future__ import annotations

import asyncio
import os
import random
import re
import stat
import tomllib
import unittest
from pathlib import Path

from control_socket import ControlSocket, Refused
from daemon import Daemon, free_port
from mesh_case import MeshCase, mesh_key, private_mesh
from pim_peer.control import PeerInfo
from pim_peer.errors import HandshakeError
from pim_peer.frames import HANDSHAKE
from pim_peer.handshake import Initiator
from pim_peer.identity import Identity
from pim_peer.link import Link
from waiting import until


CRASHES = 100 if os.environ.get("PIM_LONG_TESTS") else 15


def peer_entry(address: str, node: bytes | None = None, label: str = "") -> str:
    pin = f'node_id = "{node.hex()}"\n' if node else ""
    return f'\n[[peers]]\nmechanism = "tcp"\naddress = "{address}"\nlabel = "{label}"\n{pin}'


def at(daemon) -> str:
    return f"127.0.0.1:{daemon.port}"


class TrustCase(MeshCase):
    def secured(self, name: str, policy: str = "", **options) -> Daemon:
        """A daemon with more lines in its [security] section."""
        daemon = self.prepare(name, **options)
        text = daemon.config.read_text()
        daemon.config.write_text(text.replace("[security]\n", f"[security]\n{policy}\n"))
        return daemon

    @staticmethod
    def listing(*nodes: bytes) -> str:
        ids = ", ".join(f'"{node.hex()}"' for node in nodes)
        return f'authorization_policy = "allow_list"\nauthorized_peers = [{ids}]'

    def first_use(self, name: str, store: Path | None = None, **options) -> Daemon:
        path = store or self.root / name / "trusted-peers.toml"
        return self.secured(
            name, f'authorization_policy = "trust_on_first_use"\ntrust_store_file = "{path}"', **options)

    @staticmethod
    def trusted(daemon: Daemon) -> set[str]:
        path = daemon.directory / "trusted-peers.toml"
        return set(tomllib.loads(path.read_text())["peers"]) if path.exists() else set()

    @staticmethod
    async def failures(daemon: Daemon) -> list[dict]:
        return [peer for peer in await daemon.call("peers.list") if peer["state"] == "failed"]

    async def until_failed(self, daemon: Daemon, pattern: str, timeout: float = 15) -> dict:
        """The entry of a configured peer whose reason is as it should be."""

        async def found() -> dict | None:
            return next((p for p in await self.failures(daemon) if re.search(pattern, p["failure"]["reason"])), None)

        try:
            return await until(found, f"{daemon.name} says {pattern}", timeout)
        except AssertionError as late:
            raise AssertionError(f"{late}; instead: {await self.failures(daemon)}") from None

    async def until_daemons_linked(self, *pairs: tuple[Daemon, Daemon]) -> None:
        async def linked() -> bool:
            return all([b.id in await a.linked() and a.id in await b.linked() for a, b in pairs])

        await until(linked, "the daemons are linked", 15)

    async def until_logged(self, daemon: Daemon, text: str, timeout: float = 10) -> None:
        await until(lambda: text in daemon.log_text(), f"{daemon.name} logs {text}", timeout)

    async def event(self, client: ControlSocket, kind: str) -> dict:
        def found() -> dict | None:
            events = [n["params"] for n in client.notifications if n.get("method") == "peers.event"]
            return next((event for event in events if event["kind"] == kind), None)

        return await until(found, f"the event {kind}", 10)

    async def say(self, sender: Daemon, receiver: Daemon, text: str) -> None:
        """A message that arrives."""
        await sender.send(receiver.id, text)

        async def arrived() -> bool:
            return any(m["body"] == text for m in await receiver.history(sender.id))

        await until(arrived, f"{text} arrives", 15)


class Policies(TrustCase):
    async def test_an_allow_list_lets_its_members_in_and_nobody_else(self):
        """AU-2, AU-3, AU-5, and AU-4 for as long as two attempts take."""
        client, intruder = Identity.generate(), Identity.generate()
        gateway = await self.secured("gateway", self.listing(client.node_id)).start()
        member = await self.secured(
            "client", self.listing(gateway.id), identity=client, peers=(at(gateway),)).start()
        await self.until_daemons_linked((gateway, member))
        outside = await self.daemon("intruder", identity=intruder, peers=(at(gateway),))
        entry = await self.until_failed(outside, "refuses this node")
        self.assertEqual((entry["static"], entry["link_security"], entry["address"]), (True, None, at(gateway)))
        await self.until_logged(gateway, "rejected by authorization policy")
        # It tries again, later every time; none of it gets in, and none of its secrets are suspected.
        await until(lambda: gateway.log_text().count("rejected by authorization policy") >= 2, "it tries again", 10)
        self.assertEqual(await gateway.linked(), {client.node_id})
        self.assertIsNone(await gateway.hops_to(intruder.node_id))
        connected = [line for line in gateway.log_text().splitlines() if "peer connected" in line]
        self.assertFalse([line for line in connected if intruder.node_id.hex() in line])
        rows = gateway.rows(gateway.data / "peers.db", "SELECT node_id FROM peers_seen")
        self.assertNotIn(intruder.node_id.hex(), {row["node_id"] for row in rows})
        self.assertNotIn("mesh secret", outside.log_text())
        rejected = [line for line in gateway.log_text().splitlines() if intruder.node_id.hex() in line]
        attempts = (await gateway.counters())["counters.handshake_not_authorized"]
        self.assertLessEqual(len(rejected), attempts)

    async def test_a_dialled_node_that_is_not_listed_gets_no_confirm(self):
        """AU-5, in the other direction."""
        node = await self.peer("unlisted")
        gateway = await self.secured(
            "gateway", self.listing(Identity.generate().node_id), peers=(f"127.0.0.1:{node.port}",)).start()
        await self.until_failed(gateway, "^rejected by authorization policy$")
        self.assertEqual(node.peers, {})
        self.assertEqual(await gateway.linked(), set())

    async def test_first_use_is_remembered_once_and_for_good(self):
        """AU-6, AU-7."""
        gateway = await self.first_use("gateway").start()
        client = await self.first_use("client", peers=(at(gateway),)).start()
        await self.until_daemons_linked((gateway, client))
        await until(
            lambda: (self.trusted(gateway), self.trusted(client)) == ({client.id.hex()}, {gateway.id.hex()}),
            "both stores have the other", 5)
        self.assertEqual(stat.S_IMODE((gateway.directory / "trusted-peers.toml").stat().st_mode), 0o600)
        await client.stop()
        await client.start()
        await self.until_daemons_linked((gateway, client))
        lines = gateway.log_text().count("peer trusted on first use"), client.log_text().count(
            "peer trusted on first use")
        self.assertEqual(lines, (1, 1))

    async def test_who_only_presents_himself_is_not_trusted(self):
        gateway = await self.first_use("gateway").start()
        # A right Init without a Confirm: anybody can play one back.
        victim = Identity.generate()
        link = await Link.dial(gateway.port)
        self.addCleanup(link.abort)
        link.send_bytes(victim.node_id)
        link.send_clear(HANDSHAKE, Initiator(victim).init.encode())
        await asyncio.wait_for(link.next_frame(), 5)
        honest = await self.linked_peer(gateway)
        await until(lambda: self.trusted(gateway) == {honest.id.hex()}, "the honest one is trusted", 5)
        self.assertNotIn(victim.node_id.hex(), gateway.log_text())

    async def test_a_store_that_cannot_be_written_loses_nothing(self):
        place = self.root / "late"
        gateway = await self.first_use("gateway", store=place / "trusted.toml").start()
        place.write_text("in the way")
        first = await self.linked_peer(gateway, "first")
        await self.until_logged(gateway, "cannot be written")
        second = await self.linked_peer(gateway, "second")
        place.unlink()
        await until(lambda: (place / "trusted.toml").exists(), "the store is written", 12)
        stored = tomllib.loads((place / "trusted.toml").read_text())["peers"]
        self.assertEqual(stored, sorted([first.id.hex(), second.id.hex()]))
        self.assertEqual(gateway.log_text().count("cannot be written"), 1)

    async def test_a_crash_never_leaves_half_a_store(self):
        """AU-8. PIM_LONG_TESTS=1 has the hundred crashes of the scenario."""
        gateway = self.first_use("gateway")
        known: set[str] = set()
        for crash in range(CRASHES):
            await gateway.start()
            nodes = [await self.peer(f"p{crash}.{n}") for n in range(4)]
            await asyncio.gather(*(node.dial(gateway.port) for node in nodes))
            await asyncio.sleep(random.uniform(0, 0.1))
            await gateway.kill()
            stored = self.trusted(gateway)
            self.assertGreaterEqual(stored, known)
            if stored:
                mode = (gateway.directory / "trusted-peers.toml").stat().st_mode
                self.assertEqual(stat.S_IMODE(mode), 0o600)
            known = stored
        self.assertTrue(known)
        # What the last crash may have cut short is cleared away at the next start.
        (gateway.directory / ".trusted-peers.toml.c0ffee.tmp").write_text("peers = [")
        await gateway.start()
        await until(lambda: not list(gateway.directory.glob(".trusted*")), "nothing is left behind", 5)


class Revocation(TrustCase):
    async def test_a_revoked_peer_is_out_until_it_is_restored(self):
        host = await self.daemon("host")
        guest = await self.daemon("guest", extra=peer_entry(at(host), label="the host"))
        await self.until_daemons_linked((host, guest))
        await self.say(guest, host, "before")
        events = await ControlSocket.connect(host.socket)
        self.addAsyncCleanup(events.close)
        await events.call("peers.subscribe")

        revoked = host.pim("peers", "revoke", "guest")
        self.assertEqual((revoked.returncode, revoked.stderr), (0, ""))
        self.assertIn("its session has ended", revoked.stdout)
        self.assertEqual(await host.linked(), set())
        self.assertIn("revoked", (await self.event(events, "disconnected"))["reason"])
        entry = await self.until_failed(guest, "refuses this node", 5)
        self.assertEqual((entry["node_id"], entry["label"]), (host.id.hex(), "the host"))
        self.assertGreaterEqual(entry["failure"]["attempts"], 1)
        listed = host.pim("peers", "revoked")
        self.assertRegex(listed.stdout, rf"{guest.id.hex()} +guest")
        path = host.data / "revoked-peers.toml"
        self.assertEqual(tomllib.loads(path.read_text()), {"revoked": [guest.id.hex()]})
        self.assertEqual(stat.S_IMODE(path.stat().st_mode), 0o600)

        # Neither forgetting nor a restart lets it in again.
        await guest.send(host.id, "meanwhile")
        await host.call("peers.forget", {"node_id": guest.id.hex(), "also_delete_messages": False})
        await host.stop()
        await host.start()
        await guest.stop()
        await guest.start()
        await self.until_risen(host, {}, "handshake_revoked")
        self.assertEqual((await host.linked(), await guest.linked()), (set(), set()))
        self.assertEqual([m["body"] for m in await host.history(guest.id)], ["before"])
        self.assertIn("the peer is revoked", host.log_text())

        restored = host.pim("peers", "restore", guest.id.hex())
        self.assertEqual((restored.returncode, restored.stderr), (0, ""))
        await self.until_daemons_linked((host, guest))

        async def caught_up() -> bool:
            return {m["body"] for m in await host.history(guest.id)} == {"before", "meanwhile"}

        await until(caught_up, "what waited arrives", 20)
        self.assertEqual(host.pim("peers", "revoked").stdout, "no peers are revoked\n")
        again = await host.call("peers.restore", {"node_id": guest.id.hex()})
        self.assertFalse(again["restored"])

    async def test_a_target_of_a_revoked_node_is_not_dialled(self):
        node = await self.peer("listens")
        daemon = await self.daemon("dials", extra=peer_entry(f"127.0.0.1:{node.port}", node.id))
        await self.until_linked(daemon, node)
        answer = await daemon.call("peers.revoke", {"node_id": node.id.hex()})
        self.assertEqual((answer["revoked"], answer["ended_session"]), (True, True))
        entry = await self.until_failed(daemon, "is revoked", 2)
        self.assertIsNone(entry["failure"]["retry_in_s"])
        await until(lambda: not node.peers, "the peer's side ends", 5)
        # The peer is not listened to either.
        with self.assertRaises((HandshakeError, AssertionError)):
            await node.dial(daemon.port)
            await self.until_linked(daemon, node, timeout=1)
        self.assertEqual(await daemon.linked(), set())
        await daemon.call("peers.restore", {"node_id": node.id.hex()})
        await self.until_linked(daemon, node, timeout=5)

    async def test_revoking_needs_a_node_that_is_another(self):
        daemon = await self.daemon("alone")
        for params in ({}, {"node_id": "zz"}, {"node_id": daemon.id.hex()}):
            with self.assertRaises(Refused) as refused:
                await daemon.call("peers.revoke", params)
            self.assertEqual(refused.exception.code, -32602)


class PinnedIdentities(TrustCase):
    async def test_another_identity_at_the_address_is_refused_and_named(self):
        node = await self.peer("impostor")
        expected = Identity.generate().node_id
        daemon = await self.daemon("careful", extra=peer_entry(f"127.0.0.1:{node.port}", expected, "relay"))
        entry = await self.until_failed(daemon, f"another node .*{node.id.hex()}")
        self.assertEqual((entry["node_id"], entry["label"], entry["static"]), (expected.hex(), "relay", True))
        self.assertEqual((node.peers, await daemon.linked()), ({}, set()))
        self.assertRegex(daemon.log_text(), rf"cannot reach configured peer.*{node.id.hex()}")
        shown = daemon.pim("peers")
        self.assertRegex(shown.stdout, r"(?m)^relay \(127\.0\.0\.1:\d+\): another node answers there")

    async def test_the_right_identity_is_welcome(self):
        node = await self.peer("itself")
        daemon = await self.daemon("careful", extra=peer_entry(f"127.0.0.1:{node.port}", node.id, "relay"))
        await self.until_linked(daemon, node)
        listed = next(p for p in await daemon.call("peers.list") if p["node_id"] == node.id.hex())
        self.assertEqual((listed["label"], listed["static"], listed["failure"]), ("relay", True, None))


class Reasons(TrustCase):
    async def test_nobody_listens(self):
        daemon = await self.daemon("lonely", peers=(f"127.0.0.1:{free_port()}",))
        entry = await self.until_failed(daemon, "(?i)refused")
        self.assertEqual((entry["node_id"], entry["node_id_short"], entry["mesh_ip"]), ("", "", ""))
        self.assertGreaterEqual(entry["failure"]["attempts"], 1)
        self.assertIn("refused", daemon.pim("peers").stdout.lower())
        self.assertIn("0 connected", daemon.pim("status").stdout)

    async def test_another_mesh_secret_is_named_at_both_ends(self):
        """PM-4, PM-7, PM-9."""
        member = await self.daemon("member", mesh=private_mesh())
        fingerprint = re.search(r"private mesh enabled.*", member.log_text()).group()
        self.assertNotIn("herons", fingerprint)
        outsider = await self.daemon("outsider", mesh=private_mesh("another phrase altogether"), peers=(at(member),))
        stranger = await self.daemon("stranger", peers=(at(member),))
        costly = await self.daemon(
            "costly", mesh=private_mesh().replace("t_cost = 1", "t_cost = 2"), peers=(at(member),))
        for outside in (outsider, stranger, costly):
            entry = await self.until_failed(outside, "mesh secrets differ")
            self.assertEqual(entry["node_id"], "")
            self.assertEqual(await outside.linked(), set())
        await self.until_logged(member, "the mesh secrets differ")
        self.assertEqual(await member.linked(), set())

    async def test_another_mesh_secret_of_a_reference_node_is_suspected(self):
        node = await self.peer("reference", mesh_key=mesh_key("another phrase altogether"))
        daemon = await self.daemon("member", mesh=private_mesh(), peers=(f"127.0.0.1:{node.port}",))
        await self.until_failed(daemon, "mesh secrets", 20)

    async def test_a_reference_node_is_refused_by_name(self):
        node = await self.peer("reference")
        daemon = await self.secured(
            "strict", 'reference_peers = "refuse"', peers=(f"127.0.0.1:{node.port}",)).start()
        await self.until_failed(daemon, "cannot seal its links")
        self.assertEqual(node.peers, {})

    async def test_conflicting_keys_are_told(self):
        daemon = await self.daemon("told")
        node = await self.linked_peer(daemon)
        await until(lambda: daemon.id in node.directory, "introductions", 5)

        async def known() -> bool:
            rows = daemon.rows(daemon.data / "peers.db", "SELECT node_id FROM peers_seen")
            return node.id.hex() in {row["node_id"] for row in rows}

        await until(known, "the key is stored", 5)
        events = await ControlSocket.connect(daemon.socket)
        self.addAsyncCleanup(events.close)
        await events.call("peers.subscribe")
        lie = Identity.generate().x25519_public
        node.peers[daemon.id].link.send_control(PeerInfo(lie, "liar"))
        event = await self.event(events, "key_conflict")
        self.assertEqual(event["peer"]["node_id"], node.id.hex())
        self.assertEqual(event["refused_x25519_pubkey"], lie.hex())
        self.assertEqual(event["kept_x25519_pubkey"], node.identity.x25519_public.hex())


if __name__ == "__main__":
    unittest.main()
