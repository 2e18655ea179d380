"""Processes that die: SIGKILL with messages in flight, SIGTERM, restarts, a second daemon."""

from __future__ import annotations

import asyncio
import collections
import os
import signal
import subprocess
import unittest
from pathlib import Path

from control_socket import Refused
from daemon import Daemon, seconds_to_end
from mesh_case import MeshCase
from waiting import until

COUNT = 100


class Line(MeshCase):
    """a – r – b, both ends dialing the relay."""

    async def asyncSetUp(self):
        self.r = await self.daemon("r")
        address = (f"127.0.0.1:{self.r.port}",)
        self.a, self.b = await self.daemon("a", peers=address), await self.daemon("b", peers=address)

        async def routed() -> bool:
            return await self.a.hops_to(self.b.id) == 2 and await self.b.hops_to(self.a.id) == 2

        await until(routed, "a two-hop route in both directions", timeout=20)

    async def write(self, tag: str, count: int) -> list[str]:
        """Sends messages from a to b without waiting for one before the next."""
        bodies = [f"{tag} {number}" for number in range(count)]
        await asyncio.gather(*(self.a.send(self.b.id, body) for body in bodies))
        return bodies

    def received(self) -> list[str]:
        return [row["body"] for row in self.b.stored_messages() if row["direction"] == "received"]

    def delivered(self) -> set[str]:
        rows = self.a.stored_messages()
        return {row["body"] for row in rows if row["direction"] == "sent" and row["status"] == "delivered"}

    async def assert_each_arrived_once(self, bodies: list[str]) -> None:
        """By what is on both disks: every message once at b, every one acknowledged at a."""
        await until(
            lambda: self.delivered() >= set(bodies),
            "every message is acknowledged",
            timeout=90,
            every=0.1,
        )
        copies = collections.Counter(self.received())
        self.assertEqual({body: copies[body] for body in bodies}, {body: 1 for body in bodies})
        history = await self.b.call("messages.list_conversations")
        unread = [c["unread_count"] for c in history["conversations"] if c["peer_node_id"] == self.a.id.hex()]
        self.assertEqual(unread, [len(copies)])

    async def restart(self, daemon: Daemon) -> None:
        await daemon.kill()
        await daemon.start()
        self.assertEqual((await daemon.call("status"))["node_id"], daemon.id.hex())

    async def test_relay_killed_with_messages_in_flight(self):
        first = await self.write("before", 30)
        await until(self.received, "the first ones have arrived")
        self.r.freeze()
        rest = await self.write("in flight", COUNT)
        self.assertFalse(set(rest) & self.delivered())
        await self.restart(self.r)
        await self.assert_each_arrived_once(first + rest)

    async def test_receiver_killed_with_messages_in_flight(self):
        first = await self.write("before", 30)
        await until(self.received, "the first ones have arrived")
        self.b.freeze()
        rest = await self.write("in flight", COUNT)
        self.assertFalse(set(rest) & self.delivered())
        await self.restart(self.b)
        await self.assert_each_arrived_once(first + rest)

    async def test_receiver_killed_in_the_middle_of_storing(self):
        writing = asyncio.create_task(self.write("midway", COUNT * 3))
        await until(lambda: len(self.received()) >= 10, "some have arrived", every=0)
        await self.restart(self.b)
        await self.assert_each_arrived_once(await writing)

    async def test_relay_and_then_receiver_killed_while_messages_pass(self):
        writing = asyncio.create_task(self.write("stream", COUNT * 3))
        await until(lambda: len(self.received()) >= 10, "some have arrived", every=0)
        await self.restart(self.r)
        seen = len(self.received())
        more = await self.write("more", COUNT)
        await until(lambda: len(self.received()) > seen, "they arrive again", timeout=30, every=0)
        await self.restart(self.b)
        await self.assert_each_arrived_once(await writing + more)

    async def test_sender_killed_while_it_writes(self):
        self.r.freeze()
        noted: list[str] = []

        async def note(body: str) -> None:
            # What was answered is on disk; what was cut off may be there or not.
            try:
                await self.a.send(self.b.id, body)
                noted.append(body)
            except ConnectionError:
                pass

        writing = [asyncio.create_task(note(f"cut off {number}")) for number in range(COUNT * 3)]
        await until(lambda: len(noted) >= 50, "some are accepted", every=0)
        await self.a.kill()
        await asyncio.gather(*writing)
        stored = [row["body"] for row in self.a.stored_messages()]
        self.assertLessEqual(set(noted), set(stored))
        self.r.thaw()
        await self.a.start()
        await self.assert_each_arrived_once(stored)

    async def test_sender_killed_with_messages_in_its_outbox(self):
        self.r.freeze()
        bodies = await self.write("parked", COUNT)
        await self.a.kill()
        await self.restart(self.r)
        await self.a.start()
        await self.assert_each_arrived_once(bodies)

    async def test_both_ends_and_the_relay_killed_together(self):
        """MS-13, with all of them killed."""
        self.r.freeze()
        bodies = await self.write("storm", COUNT)
        for daemon in (self.a, self.r, self.b):
            await daemon.kill()
        for daemon in (self.b, self.r, self.a):
            await daemon.start()
        await self.assert_each_arrived_once(bodies)


class LifeAndDeath(MeshCase):
    async def test_sigterm_ends_in_time_and_leaves_nothing_behind(self):
        daemon = await self.daemon("tidy")
        self.assertEqual(int(daemon.pid_file.read_text().strip()), daemon.process.pid)
        peers = [await self.linked_peer(daemon, f"peer {number}") for number in range(3)]
        await self.exchange(daemon, peers[0])
        seconds, code = await seconds_to_end(daemon)
        self.assertEqual(code, 0, daemon.log_text()[-1500:])
        self.assertLess(seconds, 2)
        self.assertFalse(daemon.socket.exists())
        self.assertFalse(daemon.pid_file.exists())
        await until(lambda: all(peer.goodbyes for peer in peers), "every peer has the Goodbye")

    async def test_sigint_does_the_same_while_clients_are_connected(self):
        daemon = await self.daemon("interrupted")
        self.addAsyncCleanup(daemon.disconnect)
        daemon.process.send_signal(signal.SIGINT)
        await until(lambda: daemon.process.poll() is not None, "the end", timeout=2)
        self.assertEqual(daemon.process.returncode, 0)
        self.assertFalse(daemon.socket.exists())

    async def assert_refused(self, second: Daemon, owner: Daemon) -> None:
        second.spawn()
        await until(lambda: second.process.poll() is not None, "the second daemon gives up", timeout=15)
        self.assertEqual(second.process.returncode, 1)
        self.assertIn(str(owner.process.pid), second.log_text())
        self.assertEqual((await owner.call("status"))["node_id"], owner.id.hex())
        self.assertTrue(owner.socket.exists())

    async def test_second_daemon_on_the_same_data_directory_refuses_and_names_the_owner(self):
        owner = await self.daemon("owner")
        await self.assert_refused(self.prepare("second", data=owner.data), owner)
        await self.assert_still_reachable(owner)

    async def test_second_daemon_on_the_same_socket_refuses_and_names_the_owner(self):
        owner = await self.daemon("owner")
        await self.assert_refused(self.prepare("second", socket_path=owner.socket), owner)
        await self.assert_still_reachable(owner)

    async def assert_still_reachable(self, owner: Daemon) -> None:
        await owner.disconnect()
        self.assertEqual((await owner.call("status"))["node"], "owner")

    async def test_start_after_sigkill_repairs_what_was_left_behind(self):
        daemon = await self.daemon("repaired")
        await daemon.kill()
        self.assertTrue(daemon.socket.exists() and daemon.pid_file.exists())
        await daemon.start()
        self.assertEqual(int(daemon.pid_file.read_text().strip()), daemon.process.pid)
        self.assertEqual(await daemon.stop(), 0)
        self.assertFalse(daemon.socket.exists() or daemon.pid_file.exists())

    async def test_port_in_use_is_an_error_that_names_it(self):
        owner = await self.daemon("owner")
        second = self.prepare("second", port=owner.port)
        second.spawn()
        await until(lambda: second.process.poll() is not None, "the second daemon gives up", timeout=15)
        self.assertEqual(second.process.returncode, 1)
        self.assertIn(str(owner.port), second.log_text())

    async def test_secrets_are_private_on_disk(self):
        daemon = await self.daemon("private")
        node = await self.linked_peer(daemon)
        await self.exchange(daemon, node)
        stores = [path for path in daemon.data.rglob("*") if path.is_file()]
        self.assertTrue([path for path in stores if path.name == "messages.db"])
        self.assertTrue([path for path in stores if path.name == "peers.db"])
        for path in stores:
            if ".db" in path.name:
                self.assertEqual(path.stat().st_mode & 0o777, 0o600, path)

    async def test_identity_is_made_at_first_start_and_stays(self):
        daemon = self.prepare("newborn")
        key = daemon.directory / "node.key"
        key.unlink()
        await daemon.start()
        born = (await daemon.call("status"))["node_id"]
        self.assertEqual((key.stat().st_size, key.stat().st_mode & 0o777), (32, 0o600))
        await daemon.stop()
        await daemon.start()
        self.assertEqual((await daemon.call("status"))["node_id"], born)


class FullDisk(MeshCase):
    """Needs root or a sudo that asks nothing: the data directory is a small file system of its own."""

    async def mount_small_disk(self, name: str) -> Path:
        path = self.root / name
        path.mkdir()
        privilege = [] if os.geteuid() == 0 else ["sudo", "-n"]
        options = f"size=3m,mode=700,uid={os.geteuid()},gid={os.getegid()}"
        try:
            mount = [*privilege, "mount", "-t", "tmpfs", "-o", options, "tmpfs", str(path)]
            subprocess.run(mount, check=True, capture_output=True, text=True)
        except (OSError, subprocess.CalledProcessError) as reason:
            need = f"needs the right to mount a small file system: {getattr(reason, 'stderr', '') or reason}"
            # Where everything is meant to be tested, a test that cannot run has failed.
            self.fail(need) if os.environ.get("CI") in ("true", "1") else self.skipTest(need)
        self.addCleanup(subprocess.run, [*privilege, "umount", "--lazy", str(path)], check=False)
        return path

    async def test_daemon_survives_a_full_disk_and_works_again_when_there_is_room(self):
        disk = await self.mount_small_disk("disk")
        daemon = await self.daemon("full", data=disk)
        node = await self.linked_peer(daemon)
        await self.exchange(daemon, node)
        ballast = disk / "ballast"
        with ballast.open("wb", buffering=0) as file, self.assertRaises(OSError):
            while True:
                file.write(bytes(4096))
        with self.assertRaises(Refused) as refusal:
            for number in range(200):
                await daemon.send(node.id, f"{number} " + "x" * 8000)
        self.assertEqual(refusal.exception.code, -32062)
        lost = node.messaging.send(daemon.id, "y" * 8000)
        self.assertTrue(daemon.is_running)
        self.assertIn(node.id, await daemon.linked())
        ballast.unlink()
        await self.exchange(daemon, node, "room again")
        node.messaging.send(daemon.id, "y" * 8000, message_id=lost)
        await until(lambda: node.messaging.is_acknowledged(daemon.id, lost), "the repeated message is taken")


if __name__ == "__main__":
    unittest.main()
