"""A machine's default route through the mesh: client - relay - gateway - internet (spec/scenarios.md SH, MH, V6, RT and
MG, segmented; spec/host-network.md 4 and 10.1 to 10.3)."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import ipaddress
import re
import socket
import subprocess
import time

from control_socket import Refused
from daemon import Daemon
from lab import Machine
from lab_services import SecureWeb, echoes_stream, failure_to_connect, lost_datagrams, stream
from mesh_lab import BY_FILE, ECHO, NO_DNS, RESOLVER, ROUTER4, ROUTER6, WEB4, WEB6
from route_case import RouteCase
from waiting import until

VIA = "10.77.0.1"
STATUS_ON, STATUS_OFF = f"pim routes: enabled via {VIA} dev pim0", "pim routes: disabled"
HALVES = ["0.0.0.0/1", "128.0.0.0/1", "::/1", "8000::/1"]


class Switching(RouteCase):
    async def test_on_and_off(self):
        """RT-1 to RT-7, RT-12, SH-7 to SH-10, SH-15, MH-3, V6-4, V6-5, V6-7, V6-9, and what is left afterwards."""
        client, relay, gateway = await self.chain()
        machine = client.machine
        self.assertTrue(self.route(client, "status").startswith(STATUS_OFF))
        self.assertIn(failure_to_connect(machine, WEB4), (errno.ENETUNREACH, errno.EHOSTUNREACH))
        untouched = machine.snapshot()

        self.assertIn("enabled", self.route(client, "on"))
        self.assertEqual(self.route(client, "status"), STATUS_ON)
        self.assertEqual(sorted(self.routes(machine)), sorted(HALVES))
        during = machine.snapshot()
        for half in HALVES[:2]:
            self.assertIn(f"{half} via {VIA} dev pim0", during["routes"])
        self.assertIn(f"nameserver {RESOLVER}\n", during["resolv.conf"])
        self.assertEqual(self.page(client), gateway.uplink4)
        self.assertEqual(self.page(client, WEB6), gateway.uplink6)
        # The name is asked for through the mesh, and so is the page.
        self.assertEqual(machine.fetch("http://example.test/"), gateway.uplink4)
        self.assertEqual(set(self.resolver.seen), {gateway.uplink4})
        secure = self.serve(SecureWeb(self.server, WEB4, "example.test", self.root))
        trusted = ("--cacert", str(secure.certificate))
        self.assertEqual(machine.fetch("https://example.test/", 5, *trusted), gateway.uplink4)
        # Twice is once, and whoever looks closely finds the same.
        self.route(client, "on")
        again = machine.snapshot()
        self.assert_same(during, again)

        # What somebody took away is missed, and put back without being asked for.
        machine.ip("route", "del", "128.0.0.0/1", "table", "7477")
        machine.ip("-6", "rule", "del", "table", "7477")
        await until(lambda: self.route(client, "status") == STATUS_ON, "the routes stand again", 5)
        self.assert_same(during, machine.snapshot())

        self.assertEqual(self.route(client, "off"), "pim routes disabled")
        self.assertEqual(self.route(client, "off"), "pim routes already disabled")
        self.assertTrue(self.route(client, "status").startswith(STATUS_OFF))
        self.assert_same(untouched, machine.snapshot())
        # By the control socket, and off by the command: they see each other's work.
        await client.call("route.set_split_default", {"on": True})
        self.assertEqual(self.route(client, "status"), STATUS_ON)
        self.assertEqual(self.route(client, "off"), "pim routes disabled")
        self.assertEqual(((await client.call("status"))["route_on"], self.routes(machine)), (False, []))
        # And on by the command, off by the control socket.
        self.route(client, "on")
        self.assertTrue((await client.call("status"))["route_on"])
        await client.call("route.set_split_default", {"on": False})
        self.assertTrue(self.route(client, "status").startswith(STATUS_OFF))
        self.assertEqual(self.route(client, "off"), "pim routes already disabled")
        self.assert_same(untouched, machine.snapshot())

        self.route(client, "on")
        for daemon in (client, relay, gateway):
            self.assertEqual(await daemon.stop(), 0)
            self.assert_same(self.before[daemon.name], daemon.machine.snapshot())

    async def test_without_a_gateway_nothing_is_switched(self):
        """RT-10; and a gateway does not send its own traffic into the mesh (SH-4, V6-2)."""
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
        gateway.machine.etc("resolv.conf", f"nameserver {RESOLVER}\n")
        self.assertEqual(gateway.machine.fetch("http://example.test/"), gateway.uplink4)
        self.assertEqual(self.page(gateway), gateway.uplink4)
        self.assertEqual(self.page(gateway, WEB6), gateway.uplink6)
        self.route(client, "on")
        self.assertEqual(self.page(client), gateway.uplink4)


class OwnUplink(RouteCase):
    """A client that could get out by itself."""

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
        self.route(client, "on")
        # A hostile network says that it knows better ways (DHCP option 121).
        better = [f"{address}/32" for address in (WEB4, RESOLVER)]
        for network in better:
            client.machine.ip("route", "add", network, "via", ROUTER4)
        tap = client.machine.tap("up0")
        self.assertEqual(self.page(client), gateway.uplink4)
        # What a gateway sends itself leaves by its uplink.
        with self.assertRaises(Refused) as refused:
            await client.call("gateway.enable", {"nat_interface": "up0", "persist": False})
        self.assertEqual(refused.exception.code, -32030)
        # Another daemon of the machine leaves the routes of this one alone.
        rules = client.machine.ip("rule")
        other = self.node(client.machine, interface='enabled = true\nname = "pim1"', name="other", port=9101)
        await other.start()
        self.assertEqual(client.machine.ip("rule"), rules)
        self.assertEqual(other.pim("route", "on").returncode, 1)
        self.assertEqual(await other.stop(), 0)
        self.assertEqual(client.machine.ip("rule"), rules)
        self.assertEqual(self.page(client), gateway.uplink4)
        await gateway.stop()
        await self.until_gateway(client, None)
        status = await client.call("route.status")
        self.assertEqual((status["enabled"], status["reason"]), (True, "no gateway is known: nothing leaves"))
        self.assertEqual((self.page(client), self.page(client, WEB6)), (None, None))
        began = time.monotonic()
        self.assertNotEqual(failure_to_connect(client.machine, WEB4), None)
        self.assertLess(time.monotonic() - began, 2, "who asks is told")
        await gateway.start()
        await self.until_seen_as(client, gateway.uplink4, timeout=20)
        await client.kill()
        self.assertEqual((self.page(client), self.page(client, WEB6)), (None, None))
        self.assertIsNone(client.machine.fetch("http://example.test/", 2))
        # Nor does anything when the next one starts, from its first moment on.
        async with self.trying_to_leave(client):
            await client.start()
            await until(lambda: self.route(client, "status") == STATUS_ON, "the route is on", 5)
        self.assertIn("its kill switch holds", client.log_text())
        await self.until_seen_as(client, gateway.uplink4)
        self.assertEqual(self.page(client, WEB6), gateway.uplink6)
        frames = tap.frames()
        for address in (WEB4, WEB6, RESOLVER):
            packed = ipaddress.ip_address(address).packed
            escaped = [frame for frame in frames if packed in frame[14:54]]
            self.assertEqual(escaped, [], f"to {address}")
        for network in better:
            client.machine.ip("route", "del", network)
        self.assertEqual(self.route(client, "off"), "pim routes disabled")
        self.assertEqual(self.page(client), client.uplink4)
        # An orderly end opens it, too.
        self.route(client, "on")
        self.assertEqual(await client.stop(), 0)
        self.assert_same(self.before["client"], client.machine.snapshot())
        self.assertEqual(self.page(client), client.uplink4)

    async def test_who_holds_traffic_back_hears_of_resolvers_that_cannot_be_set(self):
        """There is no resolvectl to be asked on these machines, or none that knows the interface."""
        settings = f'dns_mode = "resolvectl"\ndns_servers = ["{RESOLVER}"]'
        client, _, gateway = await self.chain(f"{settings}\nkill_switch = true", uplink=True)
        done = client.pim("route", "on")
        self.assertEqual(done.returncode, 1)
        self.assertIn("cannot set the resolvers", done.stderr)
        self.assertEqual(self.page(client), gateway.uplink4, "traffic goes into the mesh all the same")

    @contextlib.asynccontextmanager
    async def trying_to_leave(self, client: Daemon):
        """Something on the machine sends to the internet all the time."""
        with client.machine.inside(lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) as sender:

            async def send() -> None:
                while True:
                    with contextlib.suppress(OSError):
                        sender.sendto(b"let me out", (WEB4, ECHO))
                    await asyncio.sleep(0.005)

            sending = asyncio.create_task(send())
            try:
                yield
            finally:
                sending.cancel()

    async def test_what_a_killed_daemon_held_back_is_let_go_by_one_without_an_interface(self):
        client, _, gateway = await self.chain(f"{BY_FILE}\nkill_switch = true", uplink=True)
        for _ in range(2):
            self.route(client, "on")
            self.assertEqual(self.page(client), gateway.uplink4)
            await client.kill()
            self.assertIsNone(self.page(client, timeout=1))
            await client.start()
            await self.until_gateway(client, gateway)
        self.route(client, "on")
        await client.kill()
        text = client.config.read_text()
        client.config.write_text(text.replace("[interface]\nenabled = true", "[interface]\nenabled = false"))
        await client.start()
        await self.until_seen_as(client, client.uplink4)
        self.assert_same(self.before["client"], client.machine.snapshot())
        self.assertFalse((client.data / "host-state.json").exists())

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


class WayOut(RouteCase):
    async def test_everything_gets_out_and_errors_come_back(self):
        """SH-11, SH-12, V6-6 to V6-8, MH-4, and traceroute."""
        client, relay, gateway = await self.chain(NO_DNS)
        machine = client.machine
        self.route(client, "on")
        inside = relay.machine.tap("pim0")
        cables = [relay.machine.tap("client"), relay.machine.tap("gateway")]
        for address in (WEB4, WEB6):
            self.assertEqual(machine.ping(address, 3), 3)
            self.assertEqual(machine.ping(address, 3, 64, 2, "-p", b"sixteen bytes ok".hex()), 3)
            for size in (1, 10_240, 16 << 20):
                self.assertTrue(echoes_stream(machine, address, ECHO, size), f"{size} bytes to {address}")
            sizes = (1, 1371, 1372, 1373, 4000, 9000, 65_000)
            self.assertEqual(lost_datagrams(machine, address, ECHO, sizes), [], address)
        self.assertEqual(self.page(client), gateway.uplink4)
        await self.until_logged(gateway, "NAT66 outbound")
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


    async def test_two_clients_that_use_the_same_port(self):
        """Their flows are kept apart, and each is answered."""
        client, relay, gateway = await self.chain(NO_DNS)
        box = self.box("other")
        other = self.node(box, self.cable(box, relay.machine)[1])
        await other.start()
        await self.until_gateway(other, gateway)
        for address, port in ((WEB4, 5555), (WEB6, 5556)):
            family = socket.AF_INET6 if ":" in address else socket.AF_INET
            with contextlib.ExitStack() as stack:
                ends = []
                for daemon, text in ((client, b"from the one"), (other, b"from the other")):
                    self.route(daemon, "on")
                    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
                        end = stack.enter_context(daemon.machine.inside(lambda: socket.socket(family, kind)))
                        end.settimeout(5)
                        end.bind(("", port))
                        end.connect((address, ECHO))
                        ends.append((end, text))
                for _ in range(3):
                    for end, text in ends:
                        end.send(text)
                    for end, text in ends:
                        self.assertEqual(end.recv(100), text)
        # And between the two of them, while everything else leaves by the gateway.
        self.assertEqual(client.machine.ping(other.ipv4, 2), 2)
        self.assertEqual(other.machine.ping(client.ipv6, 2), 2)


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
            self.assertTrue(await self.lives(old))
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
