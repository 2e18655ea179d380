"""client - relay - gateway - internet, and how a machine's default route is asked about."""

from __future__ import annotations

import ipaddress
import re
import subprocess
import time

from daemon import Daemon
from lab import Machine
from mesh_lab import BY_FILE, WEB4, LabCase
from waiting import until


class RouteCase(LabCase):
    async def chain(self, routing: str = BY_FILE, uplink: bool = False) -> tuple[Daemon, Daemon, Daemon]:
        """client - relay - gateway, running; the client may have a way out of its own, which it guards strictly."""
        self.internet()
        client, relay, gateway = self.line("client", "relay", "gateway", gateways=("gateway",), routing=routing)
        if uplink:
            client.uplink4, client.uplink6 = self.uplink(client.machine)
            self.tighten(client.machine)
        self.before = {daemon.name: daemon.machine.snapshot() for daemon in (client, relay, gateway)}
        await self.up(client, relay, gateway)
        await self.until_gateway(client, gateway)
        return client, relay, gateway

    def tighten(self, machine: Machine) -> None:
        """Strict reverse path filtering, as hardened machines have it."""
        for name in ("all", "up0"):
            machine.run("sysctl", "-qw", f"net.ipv4.conf.{name}.rp_filter=1")

    def page(self, daemon: Daemon, address: str = WEB4, timeout: float = 3) -> str | None:
        """Where a server on the internet sees a request come from; None if it does not answer."""
        host = f"[{address}]" if ":" in address else address
        seen = daemon.machine.fetch(f"http://{host}/", timeout)
        return str(ipaddress.ip_address(seen)) if seen else None

    async def until_seen_as(self, daemon: Daemon, source: str | None, timeout: float = 10) -> float:
        began = time.monotonic()
        seen = f"{WEB4} sees {daemon.name} as {source}"
        await until(lambda: self.page(daemon, WEB4, 1) == source, seen, timeout, 0.05)
        return time.monotonic() - began

    def route(self, daemon: Daemon, word: str) -> str:
        done = daemon.pim("route", word)
        self.assertEqual((done.returncode, done.stderr), (0, ""), f"pim route {word}: {done.stdout}")
        return done.stdout.strip()

    def routes(self, machine: Machine) -> list[str]:
        """Which halves of everything lead into the mesh."""
        found = []
        for version in ("-4", "-6"):
            # A table that has never been used is an error.
            command = ["ip", "-n", machine.namespace, version, "route", "show", "table", "7477"]
            shown = subprocess.run(command, capture_output=True, text=True).stdout
            found += re.findall(r"^(\S+/1) .*dev pim0", shown, re.M)
        return found
