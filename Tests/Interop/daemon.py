"""Starts the shipped `pim-daemon` with a configuration of its own and talks to it."""

from __future__ import annotations

import os
import random
import re
import signal
import socket
import sqlite3
import subprocess
import time
from pathlib import Path

from control_socket import ControlSocket
from pim_peer.identity import Identity
from waiting import until

ROOT = Path(__file__).resolve().parents[2]
DAEMON = Path(os.environ.get("PIM_DAEMON", ROOT / ".build/debug/pim-daemon"))
PIM = Path(os.environ.get("PIM_CLI", DAEMON.with_name("pim")))

_handed_out: set[int] = set()


def free_port() -> int:
    """A port nobody listens on, outside the range the kernel hands out for outgoing connections."""
    while True:
        port = random.randint(20_000, 29_999)
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("0.0.0.0", port))
            except OSError:
                continue
        if port not in _handed_out:
            _handed_out.add(port)
            return port


def identity_between(low: bytes | None = None, high: bytes | None = None) -> Identity:
    """A fresh identity whose NodeId lies above `low` and below `high`."""
    while True:
        identity = Identity.generate()
        if (low is None or identity.node_id > low) and (high is None or identity.node_id < high):
            return identity


def counters(value, path: str = "") -> dict[str, int]:
    """Every number of a status answer under its dotted name."""
    if isinstance(value, bool):
        return {}
    if isinstance(value, int):
        return {path: value}
    found: dict[str, int] = {}
    if isinstance(value, dict):
        for name, inner in value.items():
            found |= counters(inner, f"{path}.{name}" if path else name)
    return found


def risen(before: dict[str, int], after: dict[str, int], names: str) -> dict[str, int]:
    """Which of the daemon's counters whose name is one of `names` (`a|b|c`) have grown, and by how much."""
    pattern = re.compile(rf"counters\.(?:{names})")
    grown = {name: after[name] - before.get(name, 0) for name in after if pattern.fullmatch(name)}
    return {name: growth for name, growth in grown.items() if growth > 0}


class Daemon:
    """One daemon process in its own directory; its identity is chosen here, so that it is known before it starts."""

    def __init__(
        self,
        root: Path,
        name: str,
        peers: tuple[str, ...] = (),
        mesh: str = "",
        extra: str = "",
        security: str = "",
        relay: bool = True,
        identity: Identity | None = None,
        port: int | None = None,
        data: Path | None = None,
        socket_path: Path | None = None,
        discovery: str = "enabled = false",
        interface: str = "enabled = false",
        launcher: tuple[str, ...] = (),
        pass_fds: tuple[int, ...] = (),
        environment: dict[str, str] | None = None,
    ):
        self.name = name
        self.pass_fds = pass_fds
        self.extra_environment = environment or {}
        self.launcher = launcher
        self.discovery = discovery
        self.interface = interface
        self.identity = identity or Identity.generate()
        self.id = self.identity.node_id
        self.port = port or free_port()
        self.directory = root / name
        self.directory.mkdir(parents=True, exist_ok=True)
        self.data = data or self.directory / "data"
        self.data.mkdir(exist_ok=True)
        self.config = self.directory / "pim.toml"
        self.socket = socket_path or self.directory / "sock"
        self.pid_file = self.directory / "pid"
        self.log = self.directory / "log"
        self.process: subprocess.Popen | None = None
        self._connection: ControlSocket | None = None
        self._write_key()
        self.config.write_text(self.configuration(peers, mesh, extra, relay, security))
        self.config.chmod(0o600)

    def _write_key(self) -> None:
        key = self.directory / "node.key"
        if not key.exists():
            key.touch(mode=0o600)
            key.write_bytes(self.identity.seed)

    def configuration(self, peers, mesh: str, extra: str, relay: bool, security: str) -> str:
        static = "".join(f'\n[[peers]]\nmechanism = "tcp"\naddress = "{address}"\n' for address in peers)
        return (
            f'[node]\nname = "{self.name}"\n\n[interface]\n{self.interface}\n\n[discovery]\n{self.discovery}\n\n'
            f"[transport]\nlisten_port = {self.port}\nconnect_timeout_ms = 2000\nmax_reconnect_attempts = 1000\n\n"
            f'[security]\nkey_file = "{self.directory / "node.key"}"\n{security}\n\n'
            f"[relay]\nenabled = {str(relay).lower()}\n\n"
            f"{mesh}\n{extra}\n{static}"
        )

    @property
    def environment(self) -> dict[str, str]:
        places = {"PIM_DATA_DIR": str(self.data), "PIM_RPC_SOCKET": str(self.socket)}
        return {**os.environ, **places, **self.extra_environment}

    # Life

    def spawn(self) -> subprocess.Popen:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [*self.launcher, str(DAEMON), str(self.config), str(self.pid_file)],
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self.directory,
                pass_fds=self.pass_fds,
            )
        return self.process

    async def start(self, timeout: float = 30) -> Daemon:
        """Returns when the control socket answers."""
        self.spawn()

        async def answers() -> bool:
            if self.process.poll() is not None:
                raise AssertionError(f"{self.name} ended with {self.process.returncode}:\n{self.log_text()[-3000:]}")
            try:
                await self.call("status")
                return True
            except (OSError, ConnectionError):
                return False

        await until(answers, f"{self.name} answers on its control socket", timeout, every=0.02)
        return self

    async def stop(self, timeout: float = 10) -> int:
        """SIGTERM, and the exit code."""
        await self.disconnect()
        if self.process is None:
            return 0
        if self.process.poll() is None:
            self.process.terminate()
        try:
            await until(lambda: self.process.poll() is not None, f"{self.name} ends", timeout)
        except AssertionError:
            self.process.kill()
            self.process.wait()
            raise
        return self.process.returncode

    async def kill(self) -> None:
        """SIGKILL, as a crash or a power cut would have it."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        await self.disconnect()

    def freeze(self) -> None:
        self.process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self.process.send_signal(signal.SIGCONT)

    @property
    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    @property
    def resident_bytes(self) -> int:
        pages = int(Path(f"/proc/{self.process.pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE")

    # Questions

    async def connection(self) -> ControlSocket:
        if self._connection is None:
            self._connection = await ControlSocket.connect(self.socket)
        return self._connection

    async def disconnect(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            await connection.close()

    async def call(self, method: str, params=None, timeout: float = 10):
        return await (await self.connection()).call(method, params, timeout)

    async def counters(self) -> dict[str, int]:
        return counters(await self.call("status"))

    async def linked(self) -> set[bytes]:
        """The neighbours the daemon reports as connected."""
        return {bytes.fromhex(peer["node_id"]) for peer in await self.call("peers.list") if peer["state"] == "active"}

    async def hops_to(self, destination: bytes) -> int | None:
        """Hops of the route to a node; None without one. Routes are listed by mesh address or by node id."""
        from pim_peer.addresses import mesh_address

        names = {destination.hex(), mesh_address(destination, "10.77.0.0/16")}
        for route in (await self.call("route.table"))["routes"]:
            if route["destination"] in names or route.get("node_id") == destination.hex():
                return route["hops"]
        return None

    async def send(self, peer: bytes, body: str) -> bytes:
        answer = await self.call("messages.send", {"peer_node_id": peer.hex(), "body": body})
        return bytes.fromhex(answer["id"])

    async def history(self, peer: bytes) -> list[dict]:
        return (await self.call("messages.history", {"peer_node_id": peer.hex(), "limit": 500}))["messages"]

    async def message(self, peer: bytes, message_id: bytes) -> dict | None:
        return next((m for m in await self.history(peer) if m["id"] == message_id.hex()), None)

    def stored_messages(self) -> list[dict]:
        """The rows of the message store, read from disk and not through the daemon."""
        return self.rows(self.data / "plugins/messaging/messages.db", "SELECT * FROM messages")

    def known_peer(self, node: bytes) -> dict | None:
        """What the directory of peers has on disk about a node, a moment behind."""
        query = f"SELECT * FROM peers_seen WHERE node_id = '{node.hex()}'"
        return next(iter(self.rows(self.data / "peers.db", query)), None)

    @staticmethod
    def rows(path: Path, query: str) -> list[dict]:
        if not path.exists():
            return []
        database = sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=5)
        try:
            database.row_factory = sqlite3.Row
            return [dict(row) for row in database.execute(query)]
        finally:
            database.close()

    def log_text(self) -> str:
        return self.log.read_text(errors="replace") if self.log.exists() else ""

    def pim(self, *arguments: str, timeout: float = 30) -> subprocess.CompletedProcess:
        """Runs the `pim` command against this daemon."""
        return subprocess.run(
            [str(PIM), *arguments], env=self.environment, capture_output=True, text=True, timeout=timeout
        )

    def told(self, name: str) -> int | None:
        """A figure of `pim status --verbose`, the first of that name."""
        found = re.search(rf"^\s*{name}[:=]\s*(\d+)", self.pim("status", "--verbose").stdout, re.M)
        return int(found.group(1)) if found else None


async def seconds_to_end(daemon: Daemon) -> tuple[float, int]:
    """How long a SIGTERM takes, and the exit code."""
    began = time.monotonic()
    code = await daemon.stop()
    return time.monotonic() - began, code
