"""What happens to the machines of the walk, so that each figure changes once; ui_fields.py says which one by which."""

from __future__ import annotations

import asyncio
import contextlib
import re
import socket
import time

import ui_sources as see
from control_socket import Refused
from lab_services import stream
from mesh_lab import ECHO, WEB4
from pim_peer.identity import Identity
from pim_peer.meshsecret import MeshSecret
from route_case import RouteCase
from ui_client import UserInterface
from ui_fields import ROOM
from ui_sources import Between
from waiting import until

SILENCE = 4
PINGS = 5


class World(RouteCase):
    """client - relay - gateway - internet, and what the second sources need to know of what was done to them."""

    lost_pings = 0
    least_lost = most_lost = 0
    silent_since: float | None = None
    delaying: asyncio.Task | None = None

    def prepare_world(self) -> None:
        self.connections: list[socket.socket] = []
        self.screens: dict[str, UserInterface] = {}
        self.rates: dict[str, Between] = {}
        self.addCleanup(self.hang_up)

    async def hear(self, name: str, stream: str, kind: str) -> None:
        """Waits until the UI at a daemon is told."""
        await until(lambda: kind in self.screens[name].kinds(stream), f"{name} tells of {kind}", 20)

    # What the second sources need

    def key_of(self, name: str) -> bytes:
        return (getattr(self, name).directory / "node.key").read_bytes()

    def section(self, name: str, section: str) -> str:
        """The text of a section of a daemon's configuration."""
        found = re.search(rf"^\[{section}\]\n(.*?)(?=^\[|\Z)", getattr(self, name).config.read_text(), re.M | re.S)
        return found.group(1) if found else ""

    def nodes_up(self) -> int:
        return sum(daemon.is_running for daemon in (self.client, self.relay, self.gateway))

    def label_of_relay(self) -> str:
        entry = see.configured_peer(self.client, f"{self.relay.cable}:9100") or {}
        return entry.get("label") or see.known(self.client, self.relay).get("last_known_name")

    def announced_by_relay(self) -> list[str]:
        """Where the relay can be reached, on any of its interfaces."""
        port = see.listening_port(self.relay)
        found = re.findall(r"inet6? ([^/]+)/", self.relay.machine.run("ip", "addr", "show", "dev", "client"))
        return [f"[{a}%relay]:{port}" if ":" in a else f"{a}:{port}" for a in found]

    def silence_of_relay(self, at_most: float = 2) -> Between:
        """How long the client has heard nothing of it. It speaks every second otherwise."""
        if self.silent_since is None:
            return Between(0, at_most)
        passed = time.time() - self.silent_since
        return Between(passed - 2, passed + at_most)

    def forwarded(self, what: str) -> Between:
        """What the kernel handed to the daemon; some of it is for nobody else, such as multicasts. A packet is counted with
        what seals it."""
        packets = see.sent_into_tunnel(self.client, "packets")
        if what == "packets":
            return Between(packets - 20, packets)
        sent = see.sent_into_tunnel(self.client, what)
        return Between(sent - 20 * 100, sent + packets * 60)

    def rate(self, name: str) -> Between:
        return self.rates.get(name, Between(0, 0))

    def has_uplink(self) -> bool:
        return "state UP" in self.gateway.machine.run("ip", "link", "show", "up0")

    def ways_out(self) -> list[str]:
        """For what there is a global address on the uplink."""
        shown = self.gateway.machine.run("ip", "addr", "show", "dev", "up0", "scope", "global")
        return [*(["0.0.0.0/0"] if "inet " in shown else []), *(["::/0"] if "inet6 " in shown else [])]

    def fingerprint(self) -> str | None:
        if see.configured(self.client, "mode") != "private":
            return None
        passphrase, mesh = see.configured(self.client, "passphrase"), see.configured(self.client, "mesh_id")
        return MeshSecret.derive(passphrase, mesh, 1024, 1, 1).fingerprint.hex()

    # Connections through the gateway

    def connect(self) -> None:
        self.connections.append(stream(self.client.machine, WEB4, ECHO))

    def hang_up(self) -> None:
        while self.connections:
            # A reset, so that the kernel forgets the flow soon.
            connection = self.connections.pop()
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")
            connection.close()

    # Episodes: each with the name of its table entries, in the order in which they happen

    async def a_while(self) -> None:
        await until(lambda: time.time() > see.started_at(self.client) + 6, "a while has passed", 20)

    async def a_narrow_interface(self) -> None:
        self.client.machine.ip("link", "set", "pim0", "mtu", "1300")

    async def the_interface_down(self) -> None:
        self.client.machine.ip("link", "set", "pim0", "down")
        await self.hear("client", "status", "interface_down")

    async def after_the_interface_down(self) -> None:
        self.client.machine.ip("link", "set", "pim0", "up")
        await self.hear("client", "status", "interface_up")
        await self.until_pings(self.client, self.gateway.ipv4)

    async def the_route_on(self) -> None:
        await self.client.call("route.set_split_default", {"on": True})
        await self.until_seen_as(self.client, self.gateway.uplink4)

    async def a_page(self) -> None:
        self.assertEqual(self.page(self.client), self.gateway.uplink4)

    async def a_connection(self) -> None:
        self.connect()

    async def much(self) -> None:
        """A steady stream back and forth, until the daemon has measured it."""
        connection = self.connections[-1]
        connection.settimeout(10)
        before = {name: see.counter(self.gateway, name) for name in ("sent", "received")}
        began = time.monotonic()
        while time.monotonic() < began + 4:
            await asyncio.to_thread(self.exchange_bytes, connection, 20_000)
        passed = time.monotonic() - began
        for name, value in before.items():
            mean = (see.counter(self.gateway, name) - value) * 8 / passed
            self.rates[name] = Between(mean / 10, mean * 3)

    @staticmethod
    def exchange_bytes(connection: socket.socket, size: int) -> None:
        connection.sendall(bytes(size))
        while size:
            size -= len(connection.recv(size))

    async def pings_to_nobody(self) -> None:
        self.client.machine.ping("10.77.255.77", PINGS, 56, 0.2)
        self.lost_pings = PINGS

    async def a_small_gateway(self) -> None:
        await self.gateway.call("gateway.enable", {"nat_interface": "up0", "max_connections": ROOM})

    async def a_busy_gateway(self) -> None:
        while len(see.flows(self.gateway)) < ROOM - 1:
            self.connect()

    async def one_too_many(self) -> None:
        with contextlib.suppress(OSError):
            for _ in range(ROOM + 1):
                self.connections.append(await asyncio.to_thread(stream, self.client.machine, WEB4, ECHO, 0.5))
            self.fail("there is no end to the connections")

    async def after_one_too_many(self) -> None:
        await self.hear("gateway", "gateway", "conntrack_pressure")
        self.hang_up()

    async def no_uplink(self) -> None:
        self.gateway.machine.ip("link", "set", "up0", "down")

    async def after_no_uplink(self) -> None:
        self.uplink_again()
        await self.until_gateway(self.client, self.gateway)

    def uplink_again(self) -> None:
        machine = self.gateway.machine
        machine.ip("link", "set", "up0", "up")
        machine.ip("route", "replace", "default", "via", "203.0.113.1")

    async def a_message(self) -> None:
        await self.client.send(self.gateway.id, "first")
        await self.stored(self.gateway, "first")

    async def another_message(self) -> None:
        await self.client.send(self.gateway.id, "second, and longer")
        await self.stored(self.gateway, "second, and longer")

    async def a_message_read(self) -> None:
        now = int(time.time() * 1000)
        await self.gateway.call("messages.mark_read", {"peer_node_id": self.client.id.hex(), "up_to_ts_ms": now})

    async def an_answer(self) -> None:
        await self.gateway.send(self.client.id, "third")
        await self.stored(self.client, "third")

    async def after_an_answer(self) -> None:
        await self.client.call("messages.delete_all")

    async def stored(self, daemon, body: str) -> None:
        await until(lambda: any(m["body"] == body for m in daemon.stored_messages()), f"{body!r} arrives", 20)

    async def a_label(self) -> None:
        text = self.client.config.read_text()
        address = f'address = "{self.relay.cable}:9100"\n'
        text = text.replace(address, f'{address}label = "the box in the hall"\n')
        self.assertTrue((await self.client.call("config.save", {"config": text}))["saved"])

    async def a_silent_relay(self) -> None:
        self.relay.freeze()
        self.silent_since = time.time()
        await until(lambda: time.time() > self.silent_since + SILENCE, "the relay was silent for a while", 10)

    async def after_a_silent_relay(self) -> None:
        self.relay.thaw()
        self.silent_since = None

    async def a_slow_gateway(self) -> None:
        """It is frozen for 400 ms twice a second. A link's figure is a mean, so it is made anew."""
        self.assertEqual(await self.gateway.stop(), 0)
        await self.gateway.start()
        await self.until_gateway(self.client, self.gateway)
        self.delaying = asyncio.create_task(self.delay())

    async def delay(self) -> None:
        while True:
            self.gateway.freeze()
            await asyncio.sleep(0.4)
            self.gateway.thaw()
            await asyncio.sleep(0.05)

    async def after_a_slow_gateway(self) -> None:
        self.delaying.cancel()
        self.delaying = None
        self.gateway.thaw()

    async def too_much(self) -> None:
        """More than a neighbour takes who is not there for a moment."""
        before = see.sent_into_tunnel(self.client, "packets")
        sender = self.client.machine.inside(lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
        self.relay.freeze()
        with sender:
            for _ in range(20):
                await asyncio.to_thread(self.flood, sender)
        self.relay.thaw()
        self.least_lost, self.most_lost = 1, see.sent_into_tunnel(self.client, "packets") - before

    def flood(self, sender: socket.socket) -> None:
        for _ in range(1000):
            with contextlib.suppress(OSError):
                sender.sendto(bytes(1200), (self.gateway.ipv4, 9))

    async def after_too_much(self) -> None:
        await self.until_pings(self.client, self.gateway.ipv4)

    async def a_revoked_relay(self) -> None:
        await self.client.call("peers.revoke", {"node_id": self.relay.id.hex()})

    async def after_a_revoked_relay(self) -> None:
        await self.client.call("peers.restore", {"node_id": self.relay.id.hex()})
        await self.until_route(self.client, self.gateway, 40)
        await self.until_gateway(self.client, self.gateway)

    async def a_cable(self) -> None:
        """From the client straight to the gateway; they see each other on it."""
        self.gateway.cable2 = self.cable(self.client.machine, self.gateway.machine)[1]

    async def a_static_peer(self) -> None:
        with contextlib.suppress(Refused):
            await self.client.call("peers.pair", {"address": f"{self.gateway.cable2}:9", "trust": "once"})
        await self.client.call("peers.add_static", {"address": f"{self.gateway.cable2}:9100", "mechanism": "tcp"})

    async def no_gateway(self) -> None:
        """And nothing may leave without one."""
        await self.client.call("config.set", {"changes": [{"key": "routing.kill_switch", "value": True}]})
        await self.gateway.call("gateway.disable")

    async def after_no_gateway(self) -> None:
        await self.hear("client", "status", "kill_switch")
        await self.client.call("route.set_split_default", {"on": False})

    async def no_relay(self) -> None:
        await self.relay.kill()

    async def after_no_relay(self) -> None:
        await self.relay.start()
        await self.until_route(self.client, self.relay, 40)

    async def another_relay(self) -> None:
        self.assertEqual(await self.relay.stop(), 0)
        self.reborn(self.relay, ('name = "relay"', 'name = "another relay"'), ("9100", "9177"),
                    ("[relay]\nenabled = true", "[relay]\nenabled = false"))
        await self.relay.start()
        await self.until_route(self.relay, self.client, 40)

    async def a_peer_forgotten(self) -> None:
        """While a message to it waits."""
        await self.gateway.kill()
        await self.client.send(self.gateway.id, "too late")
        await self.client.call("peers.forget", {"node_id": self.gateway.id.hex(), "also_delete_messages": False})

    async def another_client(self) -> None:
        self.assertEqual(await self.client.stop(), 0)
        private = '\n[mesh]\nmode = "private"\npassphrase = "seven quiet herons"\nmesh_id = "home"\n\n' \
            "[mesh.kdf]\nm_cost_kib = 1024\nt_cost = 1\np_cost = 1\n"
        self.reborn(self.client, ('name = "client"', 'name = "another client"'),
                    ("listen_port = 9100", "listen_port = 9178"), ("[relay]\nenabled = true", "[relay]\nenabled = false"),
                    ("[interface]", '[interface]\nname = "mesh7"'))
        self.client.config.write_text(self.client.config.read_text() + private)
        await self.client.start()

    def reborn(self, daemon, *changes: tuple[str, str]) -> None:
        """Another identity, other data, and a changed configuration."""
        daemon.identity = Identity.generate()
        daemon.id = daemon.identity.node_id
        (daemon.directory / "node.key").write_bytes(daemon.identity.seed)
        text = daemon.config.read_text()
        for old, new in changes:
            self.assertIn(old, text)
            text = text.replace(old, new)
        daemon.config.write_text(text)
