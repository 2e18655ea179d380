"""A machine's default route through the mesh: client - relay - gateway - internet (spec/scenarios.md SH, MH, V6, RT and MG,
segmented; spec/host-network.md 4 and 10.1 to 10.3)."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import ipaddress
import os
import re
import socket
import subprocess
import time
from pathlib import Path

from daemon import Daemon
from lab import Machine
from lab_services import echoes_stream, failure_to_connect, lost_datagrams, stream
from mesh_lab import BY_FILE, ECHO, NO_DNS, RESOLVER, ROUTER4, ROUTER6, WEB4, WEB6, LabCase
from waiting import until

VIA = "10.77.0.1"
STATUS_ON, STATUS_OFF = f"pim routes: enabled via {VIA} dev pim0", "pim routes: disabled"


class RouteCase(LabCase):
    async def chain(self, routing: str = BY_FILE, uplink: bool = False) -> tuple[Daemon, Daemon, Daemon]:
        """client - relay - gateway, running; the client may have a way out of its own."""
        self.internet()
        gateways = ("client", "gateway") if uplink else ("gateway",)
        client, relay, gateway = self.line("client", "relay", "gateway", gateways=("gateway",), routing=routing)
        client.uplink4, client.uplink6 = self.uplink(client.machine) if "client" in gateways else (None, None)
        self.before = {daemon.name: daemon.machine.snapshot() for daemon in (client, relay, gateway)}
        await self.up(client, relay, gateway)
        await self.until_gateway(client, gateway)
        return client, relay, gateway

    def page(self, daemon: Daemon, address: str = WEB4, timeout: float = 3) -> str | None:
        """Where a server on the internet sees a request come from; None if it does not answer."""
        host = f"[{address}]" if ":" in address else address
        seen = daemon.machine.fetch(f"http://{host}/", timeout)
        return str(ipaddress.ip_address(seen)) if seen else None

    async def until_seen_as(self, daemon: Daemon, source: str | None, address: str = WEB4, timeout: float = 10) -> float:
        began = time.monotonic()
        await until(
            lambda: self.page(daemon, address, 1) == source, f"{address} sees {daemon.name} as {source}", timeout, 0.05
        )
        return time.monotonic() - began

    def route(self, daemon: Daemon, word: str) -> str:
        done = daemon.pim("route", word)
        self.assertEqual((done.returncode, done.stderr), (0, ""), f"pim route {word}: {done.stdout}")
        return done.stdout.strip()

    def routes(self, machine: Machine) -> list[str]:
        """Which halves of everything lead into the mesh."""
        found = []
        for version in ("-4", "-6"):
            shown = subprocess.run(
                ["ip", "-n", machine.namespace, version, "route", "show", "table", "7477"], capture_output=True, text=True
            ).stdout
            found += re.findall(r"^(\S+/1) .*dev pim0", shown, re.M)
        return found


HALVES = ["0.0.0.0/1", "128.0.0.0/1", "::/1", "8000::/1"]


class Switching(RouteCase):
    async def test_on_and_off(self):
        """RT-1 to RT-7, RT-12, SH-7 to SH-10, MH-3, V6-4 to V6-9, and what is left of it afterwards."""
        client, relay, gateway = await self.chain()
        machine = client.machine
        self.assertTrue(self.route(client, "status").startswith(STATUS_OFF))
        self.assertIn(failure_to_connect(machine, WEB4), (errno.ENETUNREACH, errno.EHOSTUNREACH))
        untouched = machine.snapshot()

        self.assertIn("enabled", self.route(client, "on"))
        self.assertEqual(self.route(client, "status"), STATUS_ON)
        self.assertEqual(sorted(self.routes(machine)), sorted(HALVES))
        during = machine.snapshot()
        self.assertIn(f"0.0.0.0/1 via {VIA} dev pim0", during["routes"])
        self.assertIn(f"nameserver {RESOLVER}\n", during["resolv.conf"])
        self.assertEqual(self.page(client), gateway.uplink4)
        self.assertEqual(self.page(client, WEB6), gateway.uplink6)
        # The name is asked for through the mesh, and so is the page.
        self.assertEqual(machine.fetch("http://example.test/"), gateway.uplink4)
        self.assertEqual(set(self.resolver.seen), {gateway.uplink4})
        # Twice is once, and whoever looks closely finds the same.
        self.route(client, "on")
        again = machine.snapshot()
        self.assert_same(during, again)

        # What somebody took away is missed, and put back.
        machine.ip("route", "del", "128.0.0.0/1", "table", "7477")
        machine.ip("-6", "rule", "del", "table", "7477")
        self.assertTrue(self.route(client, "status").startswith(STATUS_OFF))
        self.route(client, "on")
        self.assertEqual(self.route(client, "status"), STATUS_ON)
        # The order of rules of one priority is all that may differ.
        self.assertEqual(sorted(self.routes(machine)), sorted(HALVES))

        self.assertEqual(self.route(client, "off"), "pim routes disabled")
        self.assertEqual(self.route(client, "off"), "pim routes already disabled")
        self.assertTrue(self.route(client, "status").startswith(STATUS_OFF))
        self.assert_same(untouched, machine.snapshot())
        # By the control socket, and off by the command: they see each other's work.
        await client.call("route.set_split_default", {"on": True})
        self.assertEqual(self.route(client, "status"), STATUS_ON)
        self.assertEqual(self.route(client, "off"), "pim routes disabled")

        self.route(client, "on")
        for daemon in (client, relay, gateway):
            self.assertEqual(await daemon.stop(), 0)
            self.assert_same(self.before[daemon.name], daemon.machine.snapshot())

    async def test_without_a_gateway_nothing_is_switched(self):
        """RT-10; and a gateway does not send its own traffic into the mesh (SH-4)."""
        self.internet()
        client, gateway = self.line("client", "gateway", gateways=("gateway",))
        await client.start()
        before = client.machine.snapshot()
        refused = client.pim("route", "on")
        self.assertNotEqual(refused.returncode, 0)
        self.assertIn("no gateway is known", refused.stderr)
        self.assert_same(before, client.machine.snapshot())
        await gateway.start()
        await self.until_gateway(client, gateway)
        refused = gateway.pim("route", "on")
        self.assertNotEqual(refused.returncode, 0)
        self.assertIn("gateway", refused.stderr)
        self.assertEqual(self.page(gateway), gateway.uplink4)
        self.assertEqual(self.page(gateway, WEB6), gateway.uplink6)
        self.route(client, "on")
        self.assertEqual(self.page(client), gateway.uplink4)


class OwnUplink(RouteCase):
    """A client that could get out by itself."""

    def tighten(self, machine: Machine) -> None:
        for name in ("all", "up0"):
            machine.run("sysctl", "-qw", f"net.ipv4.conf.{name}.rp_filter=1")

    async def test_a_killed_daemon_leaves_a_machine_that_works(self):
        """RT-8; the next start undoes what is left, and its end leaves nothing."""
        client, _, gateway = await self.chain(uplink=True)
        self.assertEqual(self.page(client), client.uplink4)
        self.route(client, "on")
        self.assertEqual(self.page(client), gateway.uplink4)
        self.assertEqual(self.page(client, WEB6), gateway.uplink6)
        await client.kill()
        self.assertEqual(self.page(client), client.uplink4, "the own way out works at once")
        self.assertEqual(self.page(client, WEB6), client.uplink6)
        await client.start()
        await self.until_gateway(client, gateway)
        self.assertTrue(self.route(client, "status").startswith(STATUS_OFF))
        self.assertEqual(self.page(client), client.uplink4)
        self.assertEqual(await client.stop(), 0)
        self.assert_same(self.before["client"], client.machine.snapshot())
        await gateway.kill()
        await gateway.start()
        self.assertEqual(await gateway.stop(), 0)
        self.assert_same(self.before["gateway"], gateway.machine.snapshot())

    async def test_when_the_gateway_goes_traffic_takes_the_own_way_and_returns(self):
        client, _, gateway = await self.chain(uplink=True)
        self.route(client, "on")
        self.assertEqual(self.page(client), gateway.uplink4)
        await gateway.stop()
        self.assertLess(await self.until_seen_as(client, client.uplink4), 5)
        self.assertEqual(client.machine.fetch("http://example.test/"), None, "the resolver is the machine's own again")
        await gateway.start()
        await self.until_seen_as(client, gateway.uplink4, timeout=20)

    async def test_the_kill_switch_lets_nothing_out(self):
        """spec/host-network.md 10.3: not without a gateway, not when the daemon is killed; not even a name."""
        client, _, gateway = await self.chain(f"{BY_FILE}\nkill_switch = true", uplink=True)
        self.tighten(client.machine)
        before = client.machine.snapshot()
        self.route(client, "on")
        tap = client.machine.tap("up0")
        self.assertEqual(self.page(client), gateway.uplink4)
        await gateway.stop()
        await self.until_gateway(client, None)
        self.assertEqual((self.page(client), self.page(client, WEB6)), (None, None))
        began = time.monotonic()
        self.assertNotEqual(failure_to_connect(client.machine, WEB4), None)
        self.assertLess(time.monotonic() - began, 2, "who asks is told")
        await gateway.start()
        await self.until_seen_as(client, gateway.uplink4, timeout=20)
        await client.kill()
        self.assertEqual((self.page(client), self.page(client, WEB6)), (None, None))
        self.assertIsNone(client.machine.fetch("http://example.test/", 2))
        for address in (WEB4, WEB6, RESOLVER):
            packed = ipaddress.ip_address(address).packed
            self.assertFalse([frame for frame in tap.frames() if packed in frame[14:54]], f"a packet to {address} got out")
        await client.start()
        await self.until_gateway(client, gateway)
        self.assertEqual(await client.stop(), 0)
        self.assert_same(before, client.machine.snapshot())
        self.assertEqual(self.page(client), client.uplink4)

    async def test_peers_behind_the_default_route_stay_reachable(self):
        """spec/host-network.md 10.1: the daemon's own connections never enter the tunnel."""
        self.internet()
        box, hub = self.box("client"), self.box("hub")
        client4, _ = self.uplink(box)
        self.lab.plug(hub, "far", "198.51.100.7/24", "up0")
        hub.ip("route", "add", "default", "via", "198.51.100.1")
        self.tighten(box)
        before = box.snapshot()
        client = self.node(box, "198.51.100.7")
        gateway = self.node(hub, gateway=True)
        await self.up(client, gateway)
        await self.until_gateway(client, gateway)
        self.route(client, "on")
        self.assertEqual(self.page(client), "198.51.100.7")
        # The connection is made anew while all traffic is led into the mesh.
        await gateway.kill()
        await gateway.start()
        await self.until_seen_as(client, "198.51.100.7", timeout=20)
        self.assertTrue(echoes_stream(box, WEB4, ECHO, 1 << 20))
        self.route(client, "off")
        self.assertEqual(self.page(client), client4)
        self.assertEqual(await client.stop(), 0)
        self.assert_same(before, box.snapshot())


class Resolvers(RouteCase):
    """How a machine gets its resolvers while its traffic goes into the mesh."""

    def own_etc(self, machine: Machine, launcher: tuple[str, ...]) -> tuple[Path, tuple[str, ...]]:
        """An /etc that is no mount of single files, as on most machines; returns it and the launcher that sees it."""
        etc = self.root / f"etc-{machine.name}"
        etc.mkdir()
        for name, text in (("hosts", "127.0.0.1 localhost\n"), ("nsswitch.conf", "hosts: files dns\n")):
            (etc / name).write_text(text)
        return etc, (*launcher, "sh", "-c", 'umount /etc/resolv.conf /etc/hosts; mount --bind "$0" /etc && exec "$@"',
                     str(etc))

    async def test_a_file_and_a_link_come_back_as_they_were(self):
        client, _, gateway = await self.chain()
        await client.stop()
        etc, client.launcher = self.own_etc(client.machine, client.launcher)
        file, kept = etc / "resolv.conf", "# mine\nnameserver 192.0.2.9\noptions edns0\n"

        def make_file() -> None:
            file.write_text(kept)
            file.chmod(0o640)

        def make_link() -> None:
            (etc / "elsewhere").write_text(kept)
            file.symlink_to("elsewhere")

        def state() -> tuple:
            status = file.lstat() if file.is_symlink() or file.exists() else None
            link = os.readlink(file) if file.is_symlink() else None
            return status and status.st_mode, link, file.read_text() if file.exists() else None

        for make in (make_file, make_link, lambda: None):
            file.unlink(missing_ok=True)
            make()
            before = state()
            others = sorted(etc.iterdir())
            await client.start()
            await self.until_gateway(client, gateway)
            self.route(client, "on")
            self.assertFalse(file.is_symlink())
            self.assertIn(f"nameserver {RESOLVER}\n", file.read_text())
            self.route(client, "off")
            self.assertEqual(state(), before)
            self.route(client, "on")
            await client.kill()
            self.assertIn(RESOLVER, file.read_text())
            await client.start()
            await until(lambda: state() == before, "the next start puts it back", 5)
            await self.until_gateway(client, gateway)
            self.route(client, "on")
            await client.stop()
            self.assertEqual(state(), before)
            self.assertEqual(sorted(etc.iterdir()), others, "nothing is left beside it")
        # What somebody wrote in the meantime stays.
        await client.start()
        await self.until_gateway(client, gateway)
        self.route(client, "on")
        file.write_text("nameserver 192.0.2.44\n")
        await client.stop()
        self.assertEqual(file.read_text(), "nameserver 192.0.2.44\n")

    async def test_systemd_resolved_is_told(self):
        """dns_mode = "resolvectl", and auto where that answers; what it is told is taken back."""
        programs = self.root / "programs"
        programs.mkdir()
        calls, program = self.root / "calls", programs / "resolvectl"
        calls.touch()
        program.write_text(f'#!/bin/sh\necho "$@" >> {calls}\n')
        program.chmod(0o755)
        environment = {"PATH": f"{programs}:{os.environ['PATH']}"}
        self.internet()
        servers = f'dns_servers = ["{RESOLVER}", "2001:db8::53"]'
        for number, mode in enumerate(("resolvectl", "auto")):
            names, routing = (f"client{number}", f"gateway{number}"), f'{servers}\ndns_mode = "{mode}"'
            client, gateway = self.line(*names, gateways=names[1:], environment=environment, routing=routing)
            before = client.machine.snapshot()
            await self.up(client, gateway)
            await self.until_gateway(client, gateway)
            calls.write_text("")
            self.route(client, "on")
            said = [call for call in calls.read_text().splitlines() if call != "status"]
            self.assertEqual(said, [f"dns pim0 {RESOLVER} 2001:db8::53", "domain pim0 ~."])
            self.assertEqual(client.machine.snapshot()["resolv.conf"], before["resolv.conf"])
            calls.write_text("")
            await client.stop()
            self.assertEqual(calls.read_text().splitlines(), ["revert pim0"])
            await gateway.stop()


class WayOut(RouteCase):
    async def test_everything_gets_out_and_errors_come_back(self):
        """SH-11, SH-12, V6-8, MH-4, and traceroute."""
        client, relay, gateway = await self.chain(NO_DNS)
        machine = client.machine
        self.route(client, "on")
        inside = relay.machine.tap("pim0")
        cables = [relay.machine.tap("client"), relay.machine.tap("gateway")]
        for address in (WEB4, WEB6):
            self.assertEqual(machine.ping(address, 3), 3)
            self.assertEqual(machine.ping(address, 3, 64, 2, "-p", b"sixteen bytes ok".hex()), 3)
            for size in (1, 10_240, 4 << 20):
                self.assertTrue(echoes_stream(machine, address, ECHO, size), f"{size} bytes to {address}")
            sizes = (1, 1371, 1372, 1373, 4000, 9000, 65_000)
            self.assertEqual(lost_datagrams(machine, address, ECHO, sizes), [], address)
        self.assertEqual(self.page(client), gateway.uplink4)
        for tap in cables:
            passed = b"".join(tap.frames())
            for text in (b"sixteen bytes ok", b"GET / HTTP", gateway.uplink4.encode()):
                self.assertNotIn(text, passed)
        self.assertEqual(inside.frames(), [])
        # Every router on the way says so: the gateway is the first, relays of the mesh are none.
        for address, router, mesh in ((WEB4, ROUTER4, gateway.ipv4), (WEB6, ROUTER6, gateway.ipv6)):
            self.assertEqual([hop(machine, address, ttl) for ttl in (1, 2, 3)], [mesh, router, address])
        # A link behind the gateway is narrower than anybody here knows.
        for address in (WEB4, WEB6):
            self.router.ip("route", "add", address, "dev", "eth1", "mtu", "lock", "1280")
            self.assertTrue(echoes_stream(machine, address, ECHO, 1 << 20), f"to {address} by a narrow link")
            self.assertIn("1280", machine.ip("route", "get", address))


class TwoGateways(RouteCase):
    async def test_new_flows_follow_the_choice_and_old_ones_stay(self):
        """RT-11, MG-4, MG-5, MG-10: client - relay - far gateway, and one that is nearer and comes later."""
        client, relay, far = await self.chain(NO_DNS)
        box = self.box("near")
        self.cable(box, client.machine)
        near = self.node(box, f"10.1.{self.cables}.2", gateway=True)
        near.uplink4, near.uplink6 = self.uplink(box)
        self.route(client, "on")
        self.assertEqual(self.page(client), far.uplink4)
        with self.connected(client) as old:
            self.assertTrue(await self.lives(old))
            await near.start()
            await self.until_gateway(client, near, timeout=30)
            self.assertEqual(self.page(client), near.uplink4)
            self.assertEqual(self.page(client, WEB6), near.uplink6)
            self.assertTrue(await self.lives(old), "a connection stays with the gateway that translates it")
            with self.connected(client) as new:
                self.assertTrue(await self.lives(new))
                await near.kill()
                took = await self.until_seen_as(client, far.uplink4)
                self.assertLess(took, 3)
                self.assertTrue(await self.lives(old))
                # What the dead gateway translated is over, and the client hears it from the other end.
                with self.assertRaises(OSError):
                    await self.lives(new)
        # A relay that dies and returns takes nothing along.
        with self.connected(client) as old:
            await relay.kill()
            await relay.start()
            await self.until_seen_as(client, far.uplink4, timeout=20)
            self.assertTrue(await self.lives(old))
        # Nobody is left: who asks is told, and no neighbour is a gateway of last resort (SH-19).
        inside = relay.machine.tap("pim0")
        await far.kill()
        await self.until_gateway(client, None, timeout=10)
        began = time.monotonic()
        self.assertIsNotNone(failure_to_connect(client.machine, WEB4))
        self.assertLess(time.monotonic() - began, 2)
        self.assertEqual(inside.frames(), [])

    @contextlib.contextmanager
    def connected(self, client: Daemon):
        with stream(client.machine, WEB4, ECHO) as connection:
            connection.settimeout(5)
            yield connection

    async def lives(self, connection: socket.socket) -> bool:
        def exchange() -> bool:
            connection.sendall(b"still here")
            return connection.recv(100) == b"still here"

        return await asyncio.to_thread(exchange)


def hop(machine: Machine, address: str, ttl: int) -> str | None:
    """Who answers to a ping that may cross so many routers."""
    command = ("ping", "-n", "-c", "1", "-W", "2", "-t", str(ttl), address)
    done = subprocess.run([*machine.launcher, *command], capture_output=True, text=True)
    found = re.search(r"^(?:\d+ bytes from|From) (\S+?):? ", done.stdout, re.M)
    return found.group(1).rstrip(":") if found else None
