"""A mesh of shipped daemons in a lab, with the internet behind its gateways."""

from __future__ import annotations

import asyncio
import os
import shutil
import time

import lab
from daemon import Daemon
from lab_services import DatagramEcho, Resolver, Service, StreamEcho, Web
from mesh_case import MeshCase
from pim_peer.addresses import mesh_address
from pim_peer.identity import Identity
from waiting import until

PORT = 9100
ECHO = 7000
# Bytes in a datagram: around what one packet, one fragment and one frame hold, and the most IP can carry.
SIZES = (1, 1371, 1372, 1373, 1452, 1453, 4000, 9000, 40_000, 65_000)
PREFIX4, PREFIX6 = "10.77.0.0/16", "fd77::/64"
WEB4, WEB6, RESOLVER = "198.51.100.80", "2001:db8:8::80", "198.51.100.53"
ROUTER4, ROUTER6 = "203.0.113.1", "2001:db8:1::1"
# Resolvers are handed over by file at most: the machine that runs the tests may have a resolved that listens.
NO_DNS = 'dns_mode = "off"'
BY_FILE = f'dns_mode = "resolv_conf"\ndns_servers = ["{RESOLVER}"]'


class LabCase(MeshCase):
    """A lab, if this machine can have one."""

    programs: tuple[str, ...] = ("nft", "ping", "curl", "sysctl")

    def setUp(self):
        missing = lab.missing() or next(
            (f"this needs `{name}`" for name in self.programs if shutil.which(name) is None), None
        )
        if missing:
            self.fail(missing) if os.environ.get("CI") in ("true", "1") else self.skipTest(missing)
        super().setUp()
        self.lab = lab.Lab()
        self.addCleanup(self.lab.close)
        self.cables = 0
        self.uplinks = 0
        self.segments: dict[frozenset[str], str] = {}

    # Machines and cables

    def box(self, name: str) -> lab.Machine:
        """A machine without a network, whose name resolution is its own."""
        machine = self.lab.machine(name)
        machine.etc("resolv.conf", "nameserver 192.0.2.1\n")
        machine.etc("hosts", "127.0.0.1 localhost\n")
        return machine

    def cable(self, left: lab.Machine, right: lab.Machine) -> tuple[str, str]:
        """A segment between two machines; returns their addresses. The interfaces are named after the other end."""
        self.cables += 1
        number = self.cables
        ends = f"10.1.{number}.1", f"10.1.{number}.2"
        for machine, other, address in ((left, right, ends[0]), (right, left, ends[1])):
            self.lab.plug(machine, f"cable{number}", f"{address}/24", other.name)
        self.segments[frozenset((left.name, right.name))] = f"cable{number}"
        return ends

    def cut(self, left: lab.Machine, right: lab.Machine) -> None:
        """Nothing gets through between the two any more, and nobody is told."""
        self.lab.switch.ip("link", "set", self.segments[frozenset((left.name, right.name))], "down")

    def mend(self, left: lab.Machine, right: lab.Machine) -> None:
        self.lab.switch.ip("link", "set", self.segments[frozenset((left.name, right.name))], "up")

    def serve(self, service: Service) -> Service:
        self.addCleanup(service.close)
        return service

    def echo(self, machine: lab.Machine, *addresses: str) -> None:
        """Sends back streams and datagrams to port ECHO."""
        for address in addresses:
            self.serve(StreamEcho(machine, address, ECHO))
            self.serve(DatagramEcho(machine, address, ECHO))

    def internet(self) -> lab.Machine:
        """A provider's router, and a server behind it with a page, a resolver and an echo. Neither has a route to mesh
        addresses."""
        self.router = self.lab.machine("router", ("outside", f"{ROUTER4}/24"), ("far", "198.51.100.1/24"))
        self.server = self.lab.machine("server", ("far", f"{WEB4}/24"))
        self.router.ip("addr", "add", f"{ROUTER6}/64", "dev", "eth0", "nodad")
        self.router.ip("addr", "add", "2001:db8:8::1/64", "dev", "eth1", "nodad")
        self.server.ip("addr", "add", f"{RESOLVER}/24", "dev", "eth0")
        self.server.ip("addr", "add", f"{WEB6}/64", "dev", "eth0", "nodad")
        self.router.run("sysctl", "-qw", "net.ipv4.ip_forward=1", "net.ipv6.conf.all.forwarding=1")
        self.server.ip("route", "add", "default", "via", "198.51.100.1")
        self.server.ip("-6", "route", "add", "default", "via", "2001:db8:8::1")
        self.web = [self.serve(Web(self.server, address)) for address in (WEB4, WEB6)]
        self.resolver = self.serve(Resolver(self.server, RESOLVER, WEB4))
        self.echo(self.server, WEB4, WEB6)
        return self.router

    def uplink(self, machine: lab.Machine) -> tuple[str, str]:
        """Connects a machine to the provider, as `up0`; returns its addresses there."""
        self.uplinks += 1
        address4, address6 = f"203.0.113.{9 + self.uplinks}", f"2001:db8:1::{9 + self.uplinks}"
        self.lab.plug(machine, "outside", f"{address4}/24", "up0")
        machine.ip("addr", "add", f"{address6}/64", "dev", "up0", "nodad")
        machine.ip("route", "add", "default", "via", ROUTER4)
        machine.ip("-6", "route", "add", "default", "via", ROUTER6)
        return address4, address6

    # Daemons

    def node(
        self,
        machine: lab.Machine,
        *peers: str,
        gateway: bool = False,
        routing: str = NO_DNS,
        extra: str = "",
        interface: str = "enabled = true",
        name: str | None = None,
        **options,
    ) -> Daemon:
        """A daemon on a machine, not started yet; `peers` are addresses without a port."""
        if gateway:
            extra += '\n[gateway]\nenabled = true\nnat_interface = "up0"\n'
        options.setdefault("port", PORT)
        daemon = self.prepare(
            name or machine.name,
            peers=tuple(f"[{peer}]:{PORT}" if ":" in peer else f"{peer}:{PORT}" for peer in peers),
            interface=interface,
            extra=f"[routing]\n{routing}\n{extra}",
            launcher=machine.launcher,
            **options,
        )
        daemon.machine = machine
        daemon.ipv4 = mesh_address(daemon.id, PREFIX4)
        daemon.ipv6 = mesh_address(daemon.id, PREFIX6)
        return daemon

    def line(self, *names: str, gateways: tuple[str, ...] = (), identities: dict | None = None, **options):
        """Daemons in a row, not started: neighbours share a cable, nobody else does. Each dials the next one. Those
        named in `gateways` have an uplink."""
        machines = [self.box(name) for name in names]
        dialled: dict[str, str] = {}
        for left, right in zip(machines, machines[1:]):
            dialled[left.name] = self.cable(left, right)[1]
        daemons = []
        for machine in machines:
            uplink = self.uplink(machine) if machine.name in gateways else None
            peers = (dialled[machine.name],) if machine.name in dialled else ()
            daemon = self.node(
                machine, *peers, gateway=uplink is not None, identity=(identities or {}).get(machine.name), **options
            )
            daemon.uplink4, daemon.uplink6 = uplink or (None, None)
            daemons.append(daemon)
        return daemons

    async def start(self, *daemons: Daemon) -> None:
        await asyncio.gather(*(daemon.start() for daemon in daemons))

    async def up(self, *daemons: Daemon) -> None:
        """Starts them, and waits until each has a route to each of the others."""
        await self.start(*daemons)
        for daemon in daemons:
            for other in daemons:
                if other is not daemon:
                    await self.until_route(daemon, other)

    async def until_route(self, daemon: Daemon, other: Daemon, timeout: float = 20) -> None:
        async def has() -> bool:
            return await daemon.hops_to(other.id) is not None

        await until(has, f"{daemon.name} has a route to {other.name}", timeout, every=0.05)

    async def until_gateway(self, daemon: Daemon, gateway: Daemon | None, timeout: float = 20) -> float:
        """Waits until a node has chosen this gateway, or none; returns how long that took."""
        began = time.monotonic()
        wanted = None if gateway is None else gateway.id.hex()

        async def chosen() -> bool:
            gateways = (await daemon.call("route.table"))["gateways"]
            return next((g["node_id"] for g in gateways if g["selected"]), None) == wanted

        name = "none" if gateway is None else gateway.name
        await until(chosen, f"the gateway of {daemon.name} is {name}", timeout, every=0.05)
        return time.monotonic() - began

    async def until_pings(self, daemon: Daemon, address: str, timeout: float = 20) -> float:
        began = time.monotonic()
        ping = daemon.machine.ping
        await until(lambda: asyncio.to_thread(ping, address, 1, 56, 0.5), f"{daemon.name} reaches {address}", timeout)
        return time.monotonic() - began

    async def count(self, daemon: Daemon, name: str) -> int:
        return (await daemon.counters()).get(f"counters.{name}", 0)

    def assert_same(self, before: dict[str, str], after: dict[str, str]) -> None:
        for topic in before:
            self.assertEqual(before[topic], after[topic], f"the {topic} of the machine changed")


def seeded(byte: int) -> Identity:
    """The identities of spec/scenarios.md 0.4."""
    return Identity(bytes([byte]) * 32)
