"""What a daemon tells the service manager that started it (sd_notify(3)), with a socket in the manager's place."""

from __future__ import annotations

import asyncio
import ctypes
import os
import re
import secrets
import signal
import socket
import time
import unittest
from pathlib import Path

from control_socket import ControlSocket
from daemon import Daemon
from mesh_case import MeshCase
from waiting import until

PTRACE_CONT, PTRACE_DETACH, PTRACE_SEIZE, PTRACE_INTERRUPT = 7, 17, 0x4206, 0x4207
WALL = 0x40000000
# Event loops of the daemon, by the order in which it makes them; the second one accepts connections for the mesh.
MESH_LOOP, SOCKET_LOOP = 0, 2

_libc = ctypes.CDLL(None, use_errno=True)
_libc.ptrace.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p]
_libc.ptrace.restype = ctypes.c_long


def _ptrace(request: int, thread: int) -> None:
    if _libc.ptrace(request, thread, None, None) < 0:
        raise OSError(ctypes.get_errno(), f"ptrace {request:#x} of {thread}")


class Stuck:
    """One thread of a process, held by the kernel while all others run on."""

    def __init__(self, pid: int, loop: int):
        loops = []
        for thread in os.listdir(f"/proc/{pid}/task"):
            name = Path(f"/proc/{pid}/task/{thread}/comm").read_text()
            if found := re.match(r"NIO-ELT-(\d+)-", name):
                loops.append((int(found[1]), int(thread)))
        self.thread = sorted(loops)[loop][1]

    def __enter__(self) -> Stuck:
        _ptrace(PTRACE_SEIZE, self.thread)
        _ptrace(PTRACE_INTERRUPT, self.thread)
        os.waitpid(self.thread, WALL)
        return self

    def __exit__(self, *_) -> None:
        _ptrace(PTRACE_DETACH, self.thread)


class Supervisor:
    """The other end of NOTIFY_SOCKET."""

    def __init__(self, address: str):
        self.address = address
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.setblocking(False)
        self.socket.bind("\0" + address[1:] if address.startswith("@") else address)
        self.heard: list[tuple[float, dict[str, str]]] = []
        asyncio.get_running_loop().add_reader(self.socket, self._read)

    def _read(self) -> None:
        lines = self.socket.recv(65536).decode().split("\n")
        self.heard.append((time.monotonic(), dict(line.split("=", 1) for line in lines)))

    def all(self, name: str) -> list[str]:
        return [message[name] for _, message in self.heard if name in message]

    async def end(self) -> None:
        asyncio.get_running_loop().remove_reader(self.socket)
        self.socket.close()


class Supervision(MeshCase):
    async def supervised(
        self, watchdog: float | None = None, address: str | None = None, **environment: str
    ) -> tuple[Daemon, Supervisor]:
        supervisor = Supervisor(address or str(self.root / "notify"))
        self.addAsyncCleanup(supervisor.end)
        variables = {"NOTIFY_SOCKET": supervisor.address, **environment}
        if watchdog is not None:
            variables["WATCHDOG_USEC"] = str(int(watchdog * 1_000_000))
        daemon = self.prepare("one", environment=variables)
        daemon.spawn()
        return daemon, supervisor

    async def ready(self, supervisor: Supervisor) -> None:
        await until(lambda: supervisor.all("READY"), "the daemon is ready", timeout=30)

    async def test_ready_is_said_when_the_control_socket_greets(self):
        daemon, supervisor = await self.supervised()
        # Not a moment is left to the daemon between the word and the question.
        await until(lambda: supervisor.heard, "the first word", timeout=30, every=0.001)
        client = await ControlSocket.connect(daemon.socket)
        self.assertEqual((await client.call("status"))["node_id"], daemon.id.hex())
        await client.close()
        self.assertEqual(supervisor.heard[0][1], {"READY": "1"})
        await until(lambda: supervisor.all("STATUS"), "the state")
        self.assertEqual(supervisor.all("STATUS"), ["0 peers, 0 routes"])
        self.assertEqual(supervisor.all("WATCHDOG"), [])

    async def test_a_daemon_that_cannot_start_is_never_ready(self):
        daemon, supervisor = await self.supervised()
        await self.ready(supervisor)
        other = Supervisor(str(self.root / "other"))
        self.addAsyncCleanup(other.end)
        # The same data directory: refused.
        second = self.prepare(
            "two", data=daemon.data, environment={"NOTIFY_SOCKET": other.address, "WATCHDOG_USEC": "1000000"}
        )
        second.spawn()
        await until(lambda: second.process.poll() is not None, "the second one gives up")
        self.assertEqual(second.process.returncode, 1)
        self.assertEqual(other.heard, [])

    async def test_names_without_a_file(self):
        daemon, supervisor = await self.supervised(address=f"@pim-test-{secrets.token_hex(8)}")
        await self.ready(supervisor)
        self.assertEqual(await daemon.stop(), 0)
        await until(lambda: supervisor.all("STOPPING"), "the last word")

    async def test_the_end_is_announced_first(self):
        daemon, supervisor = await self.supervised()
        await self.ready(supervisor)
        peer = await self.linked_peer(daemon)
        self.assertEqual(await daemon.stop(), 0)
        await until(lambda: supervisor.all("STOPPING"), "the last word")
        self.assertEqual(supervisor.heard[-1][1], {"STOPPING": "1"})
        self.assertEqual(len(supervisor.all("READY")), 1)
        await until(lambda: daemon.id not in peer.peers, "the peer was told")

    async def test_a_reload_is_announced(self):
        daemon, supervisor = await self.supervised()
        await self.ready(supervisor)
        before = time.clock_gettime(time.CLOCK_MONOTONIC)
        daemon.process.send_signal(signal.SIGHUP)
        await until(lambda: len(supervisor.all("READY")) == 2, "ready again")
        order = [message for _, message in supervisor.heard if "READY" in message or "RELOADING" in message]
        self.assertEqual(set(order[1]), {"RELOADING", "MONOTONIC_USEC"})
        self.assertTrue(before <= int(order[1]["MONOTONIC_USEC"]) / 1e6 <= time.clock_gettime(time.CLOCK_MONOTONIC))
        self.assertEqual(order[2], {"READY": "1"})
        # A file with errors changes nothing, and the daemon is ready all the same.
        daemon.config.write_text("[node\n")
        daemon.process.send_signal(signal.SIGHUP)
        await until(lambda: len(supervisor.all("READY")) == 3, "ready again")

    async def test_the_watchdog_hears_of_life(self):
        daemon, supervisor = await self.supervised(watchdog=2)
        await self.ready(supervisor)
        await until(lambda: len(supervisor.all("WATCHDOG")) >= 5, "signs of life", timeout=15)
        times = [at for at, message in supervisor.heard if "WATCHDOG" in message]
        gaps = [after - before for before, after in zip(times, times[1:])]
        self.assertLess(max(gaps), 2, "the manager would have killed it")
        self.assertGreater(min(gaps), 0.5)
        self.assertTrue(daemon.is_running)

    async def test_a_daemon_whose_mesh_loop_is_stuck_gives_no_sign_of_life(self):
        daemon, supervisor = await self.supervised(watchdog=2)
        await self.ready(supervisor)
        await until(lambda: supervisor.all("WATCHDOG"), "a sign of life")
        with Stuck(daemon.process.pid, MESH_LOOP):
            # The rest of the daemon runs: the control socket greets, and only what asks the mesh is not answered.
            client = await ControlSocket.connect(daemon.socket)
            self.assertEqual(await client.call("peers.revoked"), {"revoked": []})
            with self.assertRaises(asyncio.TimeoutError):
                await client.call("status", timeout=1)
            await client.close()
            await self.assert_silent(supervisor)
            self.assertIn("does not answer", daemon.log_text())
            self.assertIn("does not answer", supervisor.all("STATUS")[-1])
        await self.assert_alive_again(daemon, supervisor)

    async def test_a_daemon_whose_control_socket_is_stuck_gives_no_sign_of_life(self):
        daemon, supervisor = await self.supervised(watchdog=2)
        await self.ready(supervisor)
        await until(lambda: supervisor.all("WATCHDOG"), "a sign of life")
        with Stuck(daemon.process.pid, SOCKET_LOOP):
            # The kernel connects, and nobody greets.
            client = await ControlSocket.connect(daemon.socket, hello=False)
            with self.assertRaises(asyncio.TimeoutError):
                await client.call("rpc.hello", {"client": "interop", "rpc_version": 1}, timeout=1)
            await client.close()
            await self.assert_silent(supervisor)
        await self.assert_alive_again(daemon, supervisor)

    async def assert_silent(self, supervisor: Supervisor) -> None:
        """Nothing for longer than the manager waits, from now on."""
        heard = len(supervisor.all("WATCHDOG"))
        end = time.monotonic() + 2.5
        await until(lambda: time.monotonic() > end, "the time the manager waits", timeout=5, every=0.05)
        self.assertEqual(len(supervisor.all("WATCHDOG")), heard)

    async def assert_alive_again(self, daemon: Daemon, supervisor: Supervisor) -> None:
        heard = len(supervisor.all("WATCHDOG"))
        await until(lambda: len(supervisor.all("WATCHDOG")) > heard + 1, "signs of life again")
        await self.until_logged(daemon, "the daemon answers again")
        self.assertEqual((await daemon.call("status"))["node_id"], daemon.id.hex())

    async def test_a_watchdog_for_another_process_hears_nothing(self):
        _, supervisor = await self.supervised(watchdog=0.5, WATCHDOG_PID="1")
        await self.ready(supervisor)
        end = time.monotonic() + 1.5
        await until(lambda: time.monotonic() > end, "three times the interval", every=0.05)
        self.assertEqual(supervisor.all("WATCHDOG"), [])

    async def test_a_manager_that_is_gone_disturbs_nothing(self):
        daemon, supervisor = await self.supervised(watchdog=1)
        await self.ready(supervisor)
        os.unlink(supervisor.address)
        self.assertEqual((await daemon.call("status"))["node_id"], daemon.id.hex())
        self.assertEqual(await daemon.stop(), 0)


if __name__ == "__main__":
    unittest.main()
