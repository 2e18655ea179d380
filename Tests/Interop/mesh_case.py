"""What the tests with real daemons share: a directory per test, daemons and peers that are gone when it ends."""

from __future__ import annotations

import logging
import re
import shutil
import socket
import sys
import tempfile
import unittest
from pathlib import Path

from daemon import DAEMON, Daemon, risen
from pim_peer.identity import Identity
from pim_peer.meshsecret import MeshSecret
from pim_peer.node import Node
from waiting import until
from wiretap import Wiretap

PASSPHRASE, MESH_ID = "seven quiet herons cross the estuary", "interop"
SMALL_KDF = (1024, 1, 1)

# unittest runs its loops in debug mode, which remarks on every step that takes a tenth of a second.
logging.getLogger("asyncio").setLevel(logging.ERROR)


def private_mesh(passphrase: str = PASSPHRASE) -> str:
    m, t, p = SMALL_KDF
    return (
        f'[mesh]\nmode = "private"\npassphrase = "{passphrase}"\nmesh_id = "{MESH_ID}"\n\n'
        f"[mesh.kdf]\nm_cost_kib = {m}\nt_cost = {t}\np_cost = {p}\n"
    )


def mesh_key(passphrase: str = PASSPHRASE) -> bytes:
    return MeshSecret.derive(passphrase, MESH_ID, *SMALL_KDF).handshake_key


class MeshCase(unittest.IsolatedAsyncioTestCase):
    def setUp(self):
        if not DAEMON.exists():
            self.fail(f"no daemon at {DAEMON}: build it, or name it in PIM_DAEMON")
        # Socket paths are short; the system's own temporary directory may not be.
        self.root = Path(tempfile.mkdtemp(prefix="pim-", dir="/tmp"))
        self.addCleanup(shutil.rmtree, self.root, True)
        self.daemons: list[Daemon] = []
        self.addCleanup(self.show_logs_of_failure)

    def show_logs_of_failure(self):
        # While cleanups run, unittest has written the failure into the result already.
        result = self._outcome.result
        if not any(getattr(test, "test_case", test) is self for test, _ in result.failures + result.errors):
            return
        for daemon in self.daemons:
            tail = daemon.log_text()[-2500:]
            print(f"--- log of {daemon.name} in {self.id()}\n{tail}", file=sys.stderr)

    def prepare(self, name: str, **options) -> Daemon:
        """A daemon that is configured but not started."""
        daemon = Daemon(self.root, name, **options)
        self.daemons.append(daemon)

        async def end():
            await daemon.disconnect()
            if daemon.is_running:
                daemon.thaw()
                daemon.process.kill()
                daemon.process.wait()

        self.addAsyncCleanup(end)
        return daemon

    async def daemon(self, name: str, **options) -> Daemon:
        return await self.prepare(name, **options).start()

    async def peer(
        self,
        name: str = "python",
        identity: Identity | None = None,
        kind: type[Node] = Node,
        port: int = 0,
        sock: socket.socket | None = None,
        **options,
    ) -> Node:
        """A reference node, or one of another kind; `sock` is a listener of its own."""
        node = kind(identity, name=name, **options)
        await node.start(port=port, sock=sock)
        self.addAsyncCleanup(node.stop)
        return node

    async def linked_peer(self, daemon: Daemon, name: str = "honest", **options) -> Node:
        """A peer that has dialed the daemon and that the daemon reports as connected."""
        node = await self.peer(name, **options)
        await node.dial(daemon.port)
        await self.until_linked(daemon, node)
        return node

    async def tap(self, target: int) -> Wiretap:
        """Somebody on the path to a listener."""
        tap = await Wiretap(target).start()
        self.addAsyncCleanup(tap.stop)
        return tap

    async def link_security(self, daemon: Daemon, peer: bytes) -> str | None:
        listed = await daemon.call("peers.list")
        return next((p["link_security"] for p in listed if p["node_id"] == peer.hex()), None)

    async def until_delivered(self, sender: Daemon, receiver: Daemon, message: bytes, body: str) -> None:
        """The message is stored at the receiver as it was written, and the sender has the receipt."""

        async def delivered() -> bool:
            row = await sender.message(receiver.id, message)
            return row is not None and row["status"] == "delivered"

        await until(delivered, f"{sender.name} has the receipt of {body!r}", timeout=30)
        row = await receiver.message(sender.id, message)
        self.assertEqual((row["body"], row["direction"]), (body, "received"))

    async def until_linked(self, daemon: Daemon, node: Node, timeout: float = 15) -> None:
        async def both_know() -> bool:
            return daemon.id in node.peers and node.id in await daemon.linked()

        await until(both_know, f"{daemon.name} and {node.name} are linked", timeout)

    async def until_risen(self, daemon: Daemon, before: dict[str, int], names: str, timeout: float = 15) -> None:
        """Waits until one of the named counters shows more than before."""

        async def grown() -> dict:
            return risen(before, await daemon.counters(), names)

        try:
            await until(grown, f"{daemon.name} counts {names}", timeout)
        except AssertionError as late:
            raise AssertionError(f"{late}; what rose instead: {risen(before, await daemon.counters(), '.*')}") from None

    async def until_logged(self, daemon: Daemon, pattern: str) -> None:
        """The log is written a moment after what it tells of."""
        await until(lambda: re.search(pattern, daemon.log_text()), f"{daemon.name} logs {pattern!r}")

    async def assert_mesh_carries_on(self, daemon: Daemon, honest: Node) -> None:
        """The honest peer is still linked, and a message and its receipt still pass in both directions."""
        self.assertTrue(daemon.is_running)
        self.assertIn(honest.id, await daemon.linked())
        self.assertIn(daemon.id, honest.peers)
        await self.exchange(daemon, honest)

    async def exchange(self, daemon: Daemon, node: Node, tag: str = "still here") -> None:
        """One message and one receipt each way between a daemon and a peer that know each other's keys."""
        await until(lambda: daemon.id in node.directory, f"{node.name} knows the key of {daemon.name}")
        to_daemon = node.messaging.send(daemon.id, f"{tag}, daemon")
        await until(lambda: node.messaging.is_acknowledged(daemon.id, to_daemon), "the receipt of the daemon")
        received = await daemon.message(node.id, to_daemon)
        self.assertEqual((received["body"], received["direction"]), (f"{tag}, daemon", "received"))
        to_node = await daemon.send(node.id, f"{tag}, peer")
        await until(lambda: any(m.id == to_node for m in node.messaging.inbox), "the message of the daemon")

        async def delivered() -> bool:
            return (await daemon.message(node.id, to_node))["status"] == "delivered"

        await until(delivered, "the daemon has the receipt")
