"""A shipped daemon that lets the mesh out, between real networks (spec/host-network.md sections 5, 8 and 10)."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import threading

import lab
from control_socket import Refused
from daemon import DAEMON, Daemon
from mesh_case import MeshCase
from waiting import until

PORT = 9100
MISSING = lab.missing() or next(
    (f"a gateway needs `{name}`" for name in ("nft", "ping", "sysctl") if shutil.which(name) is None), None
)
INET4, INET6, PRIVATE = "203.0.113.80", "2001:db8:1::80", "192.168.50.80"
UPLINK4, UPLINK6 = "203.0.113.10", "2001:db8:1::10"
HOME = "192.168.7.9"
SETTINGS = r"net\.ipv[46]\.(ip_forward|conf\..*\.(forwarding|accept_ra|accept_redirects))"


class Greeter:
    """Tells everybody who connects where he comes from, and holds the connection until he ends it."""

    def __init__(self, machine: lab.Machine, address: str, port: int = 80):
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        self._listener = machine.inside(lambda: socket.create_server((address, port), family=family))
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, peer = self._listener.accept()
                threading.Thread(target=self._greet, args=(connection, peer[0]), daemon=True).start()

    def _greet(self, connection: socket.socket, peer: str) -> None:
        with contextlib.suppress(OSError), connection:
            connection.sendall(peer.encode() + b"\n")
            while connection.recv(4096):
                pass

    def close(self) -> None:
        # Closing alone does not wake whoever waits in accept.
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()


class GatewayCase(MeshCase):
    """client - (mesh) - gateway - eth0 - inet, and a home behind eth1 of the gateway that is nobody's business."""

    def setUp(self):
        if MISSING:
            self.fail(MISSING) if os.environ.get("CI") in ("true", "1") else self.skipTest(MISSING)
        super().setUp()
        self.lab = lab.Lab()
        self.addCleanup(self.lab.close)
        self.inet = self.lab.machine("inet", ("outside", f"{INET4}/24"))
        self.box = self.lab.machine("gateway", ("outside", f"{UPLINK4}/24"), ("house", "192.168.7.1/24"))
        self.home = self.lab.machine("home", ("house", f"{HOME}/24"))
        self.client = self.lab.machine("client", ("cable", "10.1.0.2/24"))
        self.lab.plug(self.box, "cable", "10.1.0.1/24", "eth2")
        for machine, address4, address6 in (
            (self.inet, f"{PRIVATE}/24", f"{INET6}/64"), (self.box, "192.168.50.10/24", f"{UPLINK6}/64")
        ):
            machine.ip("addr", "add", address4, "dev", "eth0")
            machine.ip("addr", "add", address6, "dev", "eth0", "nodad")
        self.home.ip("route", "add", "default", "via", "192.168.7.1")
        for machine, address in (
            (self.inet, INET4), (self.inet, INET6), (self.inet, PRIVATE), (self.home, HOME), (self.box, "0.0.0.0")
        ):
            greeter = Greeter(machine, address)
            self.addCleanup(greeter.close)

    def gateway(self, options: str = "", enabled: bool = True, interface: str = "enabled = true") -> Daemon:
        section = (
            f'# ours since May\n[gateway]\nenabled = {str(enabled).lower()} # yes or no\nnat_interface = "eth0"\n'
        )
        return self.prepare(
            "gateway", port=PORT, interface=interface, extra=section + options, launcher=self.box.launcher
        )

    async def connect_client(self, daemon: Daemon) -> None:
        """Gives the client a way into the mesh and sends everything there. The daemon's own interface is used where the
        build has one; otherwise a cable stands in for the mesh."""
        status = await daemon.call("status")
        self.mesh4, self.mesh6 = (status[key].split("/")[0] for key in ("mesh_ipv4", "mesh_ipv6"))
        if status["interface"]["name"]:
            node = self.prepare(
                "client", port=PORT, interface="enabled = true", peers=("10.1.0.1:9100",), launcher=self.client.launcher
            )
            await node.start()

            is_active = (await daemon.call("gateway.status"))["active"]

            async def knows_daemon() -> bool:
                table = await node.call("route.table")
                return bool(table["gateways"] if is_active else table["routes"])

            await until(knows_daemon, "the client knows the gateway", 20)
            own = await node.call("status")
            self.client4, self.client6 = (own[key].split("/")[0] for key in ("mesh_ipv4", "mesh_ipv6"))
            self.client.ip("route", "add", "default", "dev", "pim0", "src", self.client4)
            self.client.ip("-6", "route", "add", "default", "dev", "pim0", "src", self.client6)
            return
        self.client4, self.client6 = "10.77.9.9", "fd77::9:9"
        lab.ip("link", "add", "pim0", "netns", self.box.namespace, "type", "veth", "peer", "name", "pim0", "netns",
               self.client.namespace)
        for machine, address4, address6 in (
            (self.box, self.mesh4, self.mesh6), (self.client, self.client4, self.client6)
        ):
            machine.ip("addr", "add", f"{address4}/16", "dev", "pim0")
            machine.ip("addr", "add", f"{address6}/64", "dev", "pim0", "nodad")
            machine.ip("link", "set", "pim0", "mtu", "1400", "up")
        # A tunnel knows no neighbours, and nobody asks for any on it.
        for machine, other, address in (
            (self.box, self.client, self.client6), (self.client, self.box, self.mesh6)
        ):
            link = other.ip("-o", "link", "show", "pim0").split("link/ether ")[1].split()[0]
            machine.ip("neigh", "add", address, "lladdr", link, "dev", "pim0", "nud", "permanent")
        self.client.ip("route", "add", "default", "via", self.mesh4)
        self.client.ip("-6", "route", "add", "default", "via", self.mesh6)

    def connect(self, address: str, timeout: float = 3, port: int = 80) -> tuple[socket.socket, str]:
        """A connection of the client, and what the other end takes it for."""

        def make():
            made = socket.create_connection((address, port), timeout=timeout)
            self.addCleanup(made.close)
            with made.makefile("r") as lines:
                return made, lines.readline().strip()

        return self.client.inside(make)

    def reaches(self, address: str, timeout: float = 1) -> bool:
        try:
            self.connect(address, timeout)[0].close()
            return True
        except OSError:
            return False

    def pings(self, machine: lab.Machine, address: str) -> bool:
        return subprocess.run(
            [*machine.launcher, "ping", "-c", "1", "-W", "1", address], capture_output=True
        ).returncode == 0

    def state_of_host(self) -> tuple[str, str]:
        """What a gateway may change on a machine: rules and settings. An interface of the mesh is not among them."""
        settings = self.box.run("sysctl", "-a", "--pattern", SETTINGS)
        return self.box.run("nft", "list", "ruleset"), "\n".join(
            line for line in settings.splitlines() if ".pim0." not in line
        )

    def counters(self) -> dict[str, int]:
        listing = json.loads(self.box.run("nft", "-j", "list", "counters", "table", "inet", "pim"))
        found = (entry["counter"] for entry in listing["nftables"] if "counter" in entry)
        return {counter["name"]: counter["packets"] for counter in found}

    async def until_active(self, daemon: Daemon, active: bool = True) -> None:
        async def is_so() -> bool:
            return (await daemon.call("gateway.status"))["active"] == active

        await until(is_so, f"the gateway is {'active' if active else 'not active'}", 15)

    async def started(self, options: str = "") -> Daemon:
        daemon = self.gateway(options)
        await daemon.start()
        await self.until_active(daemon)
        await self.connect_client(daemon)
        return daemon


class Neighbours(GatewayCase):
    """What others on the machine do to a gateway's rules."""

    def made(self) -> tuple[str, str]:
        """As `state_of_host`, without what rules have counted."""
        denied = "; ".join(f"list set inet pim denied{version}" for version in (4, 6))
        listing = subprocess.run([*self.box.launcher, "nft", "-s", denied], capture_output=True, text=True).stdout
        return self.box.run("nft", "-s", "-t", "list", "ruleset") + listing, self.state_of_host()[1]

    async def test_rules_and_forwarding_that_others_take_away_come_back(self):
        daemon = await self.started()
        before = self.made()
        self.assertTrue(self.pings(self.client, INET4))
        for command in (
            ("nft", "flush", "ruleset"),
            ("nft", "flush", "table", "inet", "pim"),
            ("nft", "flush", "set", "inet", "pim", "denied4"),
            ("sysctl", "-q", "net.ipv4.ip_forward=0"),
            ("sysctl", "-q", "net.ipv6.conf.all.forwarding=0"),
        ):
            self.box.run(*command)
            # Nobody asks; the daemon looks by itself.
            await until(lambda: self.made() == before, f"put back after {command}", 20, every=0.2)
            self.assertTrue(self.pings(self.client, INET4), command)
            self.assertTrue(self.pings(self.client, INET6), command)
        # What it says is true at once.
        self.box.run("nft", "flush", "ruleset")
        self.assertTrue((await daemon.call("gateway.status"))["active"])
        self.assertEqual(self.made(), before)
        # Rules of others are nobody's business.
        self.box.run("nft", "add", "table", "ip", "theirs")
        self.assertTrue((await daemon.call("gateway.status"))["active"])
        self.assertIn("table ip theirs", self.box.run("nft", "list", "tables"))

    async def test_without_its_interface_a_gateway_is_none(self):
        daemon = await self.started()
        addresses = {line.split()[3] for line in self.box.ip("-o", "addr", "show", "pim0").splitlines()}
        self.box.ip("link", "set", "pim0", "down")
        await self.until_active(daemon, False)
        self.assertIn("pim0", (await daemon.call("gateway.status"))["reason"])
        self.box.ip("link", "set", "pim0", "up")
        await self.until_active(daemon)
        # Nor do addresses that somebody takes away stay away.
        self.box.ip("addr", "flush", "dev", "pim0")

        def restored() -> bool:
            present = {line.split()[3] for line in self.box.ip("-o", "addr", "show", "pim0").splitlines()}
            return {a for a in addresses if not a.startswith("fe80")} <= present

        await until(restored, "the addresses are back", 20)
        self.assertTrue(self.pings(self.client, INET4))

    async def test_limits_count_on_when_nothing_changes(self):
        daemon = await self.started("max_connections = 3\n")
        for _ in range(3):
            self.connect(INET4)
        self.assertFalse(self.reaches(INET4))
        await daemon.call("gateway.enable", {"nat_interface": "eth0", "persist": False})
        self.assertFalse(self.reaches(INET4))

    async def test_another_daemon_of_the_machine_has_to_wait(self):
        daemon = await self.started()
        before = self.state_of_host()
        other = self.prepare("other", port=9101, interface='enabled = true\nname = "pim1"', launcher=self.box.launcher)
        await other.start()
        with self.assertRaises(Refused) as refused:
            await other.call("gateway.enable", {"nat_interface": "eth0"})
        self.assertEqual(refused.exception.code, -32030)
        self.assertIn("another daemon", str(refused.exception))
        self.assertEqual(await other.stop(), 0)
        self.assertEqual(self.state_of_host(), before)
        self.assertTrue((await daemon.call("gateway.status"))["active"])

    async def test_the_machine_itself_is_no_way_out(self):
        daemon = self.gateway(enabled=False)
        await daemon.start()
        checks = (await daemon.call("gateway.preflight", {"nat_interface": "lo"}))["checks"]
        [failed] = [check for check in checks if not check["ok"] and "lo " in check["detail"]]
        self.assertIn("this machine", failed["detail"])
        with self.assertRaises(Refused) as refused:
            await daemon.call("gateway.enable", {"nat_interface": "lo"})
        self.assertEqual(refused.exception.code, -32030)


class WayOut(GatewayCase):
    async def test_the_mesh_gets_out_in_both_versions_by_the_address_of_the_uplink(self):
        daemon = await self.started()
        self.assertTrue(self.pings(self.client, INET4))
        self.assertTrue(self.pings(self.client, INET6))
        first, seen4 = self.connect(INET4)
        second, seen6 = self.connect(INET6)
        self.assertEqual((seen4, seen6), (UPLINK4, UPLINK6))
        status = await daemon.call("gateway.status")
        self.assertEqual(status["nat_interface"], "eth0")
        self.assertEqual(status["advertised_routes"], ["0.0.0.0/0", "::/0"])
        self.assertGreater(status["throughput"]["out_total_bytes"], 0)
        self.assertGreater(status["throughput"]["in_total_bytes"], 0)
        self.assertEqual((status["conntrack"]["scope"], status["conntrack"]["max"]), ("gateway", 200))
        # Two connections, and pings that are not forgotten yet.
        self.assertIn(status["conntrack"]["used"], (2, 3, 4))
        self.assertEqual(status["peers_through_me"] >= 1, True)
        self.assertIn("gateway", (await daemon.call("status"))["role"])
        await self.until_logged(daemon, "NAT66 outbound")

    async def test_segments_fit_the_narrowest_way(self):
        """spec/host-network.md 10.16: nobody has to find out by losing packets."""
        await self.started()
        for machine in (self.box, self.inet):
            machine.ip("link", "set", "eth0", "mtu", "1300")
        tap = self.inet.tap("eth0")
        self.connect(INET4)
        sizes = [size for frame in tap.frames() if (size := offered_segment(frame)) is not None]
        self.assertTrue(sizes)
        self.assertLessEqual(max(sizes), 1260)

    async def test_errors_of_the_way_come_back_to_who_sent(self):
        """Path MTU discovery works through the gateway: a router behind it says no, and the client hears it."""
        await self.started()
        self.inet.ip("link", "set", "eth0", "mtu", "1280")
        self.box.ip("route", "replace", f"{INET4}/32", "dev", "eth0", "mtu", "1280")
        big = ("ping", "-c", "1", "-W", "1", "-M", "do", "-s", "1340", INET4)
        done = subprocess.run([*self.client.launcher, *big], capture_output=True, text=True)
        self.assertIn("1280", done.stdout + done.stderr)


def offered_segment(frame: bytes) -> int | None:
    """The MSS option of a TCP SYN over IPv4."""
    packet = frame[14:]
    if frame[12:14] != b"\x08\x00" or packet[9] != socket.IPPROTO_TCP:
        return None
    tcp = packet[4 * (packet[0] & 15) :]
    if tcp[13] & 0x02 == 0:
        return None
    options = tcp[20 : 4 * (tcp[12] >> 4)]
    while options:
        if options[0] == 0:
            break
        if options[0] == 1:
            options = options[1:]
            continue
        if options[0] == 2:
            return int.from_bytes(options[2:4], "big")
        options = options[options[1] :]
    return None


class Restraint(GatewayCase):
    async def test_only_the_internet_is_reached(self):
        daemon = await self.started()
        self.assertTrue(self.reaches(INET4))
        self.assertFalse(self.reaches(PRIVATE), "a private network behind the uplink")
        self.assertFalse(self.reaches(HOME), "a network that is not behind the uplink")
        self.assertFalse(self.reaches("192.168.7.1"), "the gateway's host by its home address")
        self.assertFalse(self.reaches(UPLINK4), "the gateway's host by its uplink address")
        self.assertTrue(self.reaches(self.mesh4), "a service on the gateway's mesh address")
        self.assertTrue(self.pings(self.client, self.mesh6))
        dropped = (await daemon.call("gateway.status"))["dropped"]
        for reason in ("denied", "strayed", "host"):
            self.assertGreater(dropped[reason], 0, reason)
            self.assertGreater(self.counters()[reason], 0, reason)

    async def test_private_networks_behind_the_uplink_are_reached_when_allowed(self):
        await self.started("allow_private = true\n")
        self.assertTrue(self.reaches(PRIVATE))
        self.assertFalse(self.reaches(HOME), "not behind the uplink")

    async def test_nobody_gets_into_the_mesh_uninvited(self):
        """RS-19."""
        await self.started()
        self.inet.ip("route", "add", "10.77.0.0/16", "via", UPLINK4)
        self.assertFalse(self.pings(self.inet, self.client4))
        self.assertFalse(self.pings(self.home, self.client4))
        self.assertGreater(self.counters()["uninvited"], 0)

    async def test_as_many_connections_as_configured_are_open_at_a_time(self):
        daemon = await self.started("max_connections = 5\n")
        opened = [self.connect(address)[0] for address in (INET4, INET4, INET4, INET6, INET6)]
        self.assertFalse(self.reaches(INET4))
        self.assertGreater(self.counters()["over_limit"], 0)
        status = await daemon.call("gateway.status")
        self.assertEqual(status["conntrack"], {"used": 5, "max": 5, "scope": "gateway"})
        self.assertGreater(status["dropped"]["over_limit"], 0)
        # Those that are open are left alone, and one that ends makes room.
        opened[1].sendall(b"still here\n")
        opened[0].close()
        await until(lambda: self.reaches(INET4), "there is room again", 10)

    async def test_one_node_cannot_take_all_connections(self):
        await self.started("max_connections = 10\nmax_connections_per_node = 3\n")
        for _ in range(3):
            self.connect(INET4)
        self.assertFalse(self.reaches(INET4))
        self.assertGreater(self.counters()["over_node_limit"], 0)
        self.assertEqual(self.counters()["over_limit"], 0)


class Traces(GatewayCase):
    def foreign_rules(self) -> None:
        """What a machine has that somebody looks after: a firewall, hardened settings, one interface that forwards."""
        rules = "table inet filter {\n chain forward {\n type filter hook forward priority 0; policy accept;\n }\n}\n"
        subprocess.run([*self.box.launcher, "nft", "-f", "-"], input=rules, text=True, check=True)
        self.box.run("sysctl", "-qw", "net.ipv4.conf.all.accept_redirects=0", "net.ipv4.conf.eth1.forwarding=1")

    async def test_the_machine_is_as_it_was_after_an_orderly_end(self):
        self.foreign_rules()
        before = self.state_of_host()
        daemon = await self.started()
        during = self.state_of_host()
        self.assertIn("table inet pim", during[0])
        self.assertIn("table inet filter", during[0])
        self.assertIn("net.ipv4.ip_forward = 1", during[1])
        self.assertIn("net.ipv6.conf.all.forwarding = 1", during[1])
        # What the router says is still believed.
        self.assertIn("net.ipv6.conf.eth0.accept_ra = 2", during[1])
        self.assertEqual(await daemon.stop(), 0)
        self.assertEqual(self.state_of_host(), before)
        self.assertFalse((daemon.data / "host-state.json").exists())

    async def test_the_next_start_undoes_what_a_killed_daemon_left(self):
        self.foreign_rules()
        before = self.state_of_host()
        daemon = await self.started()
        await daemon.kill()
        self.assertNotEqual(self.state_of_host(), before)
        await daemon.start()
        await self.until_active(daemon)
        self.assertTrue(self.reaches(INET4) or self.client4 != "10.77.9.9")
        self.assertEqual(await daemon.stop(), 0)
        self.assertEqual(self.state_of_host(), before)

    async def test_it_is_undone_even_if_the_next_start_is_no_gateway_any_more(self):
        before = self.state_of_host()
        daemon = await self.started()
        await daemon.kill()
        daemon.config.write_text(daemon.config.read_text().replace("enabled = true # yes", "enabled = false # yes"))
        await daemon.start()
        await until(lambda: self.state_of_host() == before, "the machine is as it was", 10)


class LiveSwitch(GatewayCase):
    async def test_by_rpc_and_the_file_keeps_its_comments(self):
        daemon = await self.gateway(enabled=False).start()
        await self.connect_client(daemon)
        before = self.state_of_host()
        self.assertEqual((await daemon.call("gateway.status"))["nat_interface"], None)
        self.assertFalse(self.reaches(INET4))
        await daemon.call("gateway.subscribe")
        enabled = await daemon.call("gateway.enable", {"nat_interface": "eth0", "max_connections": 7})
        self.assertEqual(
            enabled,
            {
                "active": True, "nat_interface": "eth0", "advertised_routes": ["0.0.0.0/0", "::/0"],
                "requires_restart": False, "written_to": str(daemon.config),
            },
        )
        await until(lambda: self.reaches(INET4), "the Internet is reached", 10)
        text = daemon.config.read_text()
        self.assertIn("# ours since May\n[gateway]\nenabled = true # yes or no\n", text)
        self.assertIn("max_connections = 7\n", text)
        self.assertEqual(daemon.config.stat().st_mode & 0o777, 0o600)
        self.assertEqual((await daemon.call("gateway.status"))["conntrack"]["max"], 7)

        disabled = await daemon.call("gateway.disable")
        self.assertEqual(
            disabled, {"active": False, "requires_restart": False, "written_to": str(daemon.config)}
        )
        self.assertEqual(self.state_of_host(), before)
        self.assertFalse(self.reaches(INET4))
        self.assertIn("enabled = false # yes or no\n", daemon.config.read_text())
        self.assertNotIn("gateway", (await daemon.call("status"))["role"])
        events = [n["params"] for n in (await daemon.connection()).notifications if n["method"] == "gateway.event"]
        kinds = [event["kind"] for event in events if event["kind"] in ("enabled", "disabled")]
        self.assertEqual(kinds, ["enabled", "disabled"])
        self.assertTrue(all(event["at"].endswith("Z") for event in events))

    async def test_without_the_file_when_told_so(self):
        daemon = await self.gateway(enabled=False).start()
        before = daemon.config.read_bytes()
        answer = await daemon.call("gateway.enable", {"nat_interface": "eth0", "persist": False})
        self.assertEqual((answer["active"], answer["written_to"]), (True, None))
        await daemon.call("gateway.disable", {"persist": False})
        self.assertEqual(daemon.config.read_bytes(), before)

    async def test_by_the_file_and_a_signal(self):
        daemon = await self.gateway(enabled=False).start()
        before = self.state_of_host()
        text = daemon.config.read_text()
        daemon.config.write_text(text.replace("enabled = false # yes", "enabled = true # yes"))
        daemon.process.send_signal(signal.SIGHUP)
        await self.until_active(daemon)
        daemon.config.write_text(daemon.config.read_text().replace('"eth0"', '"wan9"'))
        daemon.process.send_signal(signal.SIGHUP)
        await self.until_active(daemon, False)
        self.assertIn("wan9", (await daemon.call("gateway.status"))["reason"])
        # What it let through by eth0 is not let through while it waits for another uplink.
        await until(lambda: self.state_of_host() == before, "the machine is as it was", 10)
        daemon.config.write_text(daemon.config.read_text().replace('"wan9"', '"eth0"'))
        daemon.process.send_signal(signal.SIGHUP)
        await self.until_active(daemon)
        daemon.config.write_text(text)
        daemon.process.send_signal(signal.SIGHUP)
        await until(lambda: self.state_of_host() == before, "the machine is as it was", 10)

    async def test_by_command(self):
        daemon = await self.gateway(enabled=False).start()
        self.assertEqual(daemon.pim("gateway").stdout, "gateway: off\n")
        preflight = daemon.pim("gateway", "preflight")
        self.assertEqual(preflight.returncode, 0, preflight.stdout + preflight.stderr)
        self.assertIn("ok    cap_net_admin", preflight.stdout)
        self.assertIn("eth0", preflight.stdout)
        enabled = daemon.pim("gateway", "enable", "eth0", "--until-restart")
        self.assertEqual((enabled.returncode, enabled.stderr), (0, ""))
        self.assertIn("0.0.0.0/0, ::/0", enabled.stdout)
        status = daemon.pim("gateway", "status")
        self.assertRegex(status.stdout, r"\Agateway: active\n  uplink: +eth0\n")
        self.assertTrue(json.loads(daemon.pim("gateway", "status", "--json").stdout)["active"])
        self.assertEqual(daemon.pim("gateway", "disable").returncode, 0)
        self.assertEqual(daemon.pim("gateway", "status").stdout, "gateway: off\n")

    async def test_what_is_missing_is_named_and_nothing_is_changed(self):
        daemon = await self.gateway(enabled=False).start()
        before = self.state_of_host(), daemon.config.read_bytes()
        with self.assertRaises(Refused) as refused:
            await daemon.call("gateway.enable", {"nat_interface": "wan9"})
        self.assertEqual(refused.exception.code, -32030)
        failed = {check["name"]: check for check in refused.exception.data}
        self.assertIn("eth0", failed["uplink_exists"]["fix"])
        with self.assertRaises(Refused) as refused:
            await daemon.call("gateway.enable", {"nat_interface": ""})
        self.assertEqual(refused.exception.code, -32602)
        for name in ("pim0", 'eth0"; flush ruleset; "'):
            with self.assertRaises(Refused) as refused:
                await daemon.call("gateway.enable", {"nat_interface": name})
            self.assertEqual(refused.exception.code, -32030)
        self.assertEqual((self.state_of_host(), daemon.config.read_bytes()), before)
        failed = daemon.pim("gateway", "preflight", "wan9")
        self.assertEqual(failed.returncode, 1)
        self.assertIn("FAIL  uplink_exists: there is no interface wan9\n      → ", failed.stdout)

    async def test_without_its_interface_a_node_is_no_gateway(self):
        daemon = await self.gateway(enabled=False, interface="enabled = false").start()
        with self.assertRaises(Refused) as refused:
            await daemon.call("gateway.enable", {"nat_interface": "eth0"})
        self.assertEqual(refused.exception.code, -32030)
        self.assertIn("interface.enabled is false", str(refused.exception))
        await daemon.stop()
        daemon.config.write_text(daemon.config.read_text().replace("enabled = false # yes", "enabled = true # yes"))
        await daemon.start()
        await self.until_logged(daemon, "this node is no gateway: .*interface.enabled is false")
        status = await daemon.call("gateway.status")
        self.assertFalse(status["active"])
        self.assertIn("interface.enabled is false", status["reason"])
        self.assertNotIn("gateway", (await daemon.call("status"))["role"])


class LostUplink(GatewayCase):
    async def test_the_role_goes_and_comes_with_the_uplink(self):
        daemon = await self.started()
        await daemon.call("gateway.subscribe")
        self.box.ip("link", "set", "eth0", "down")
        await self.until_active(daemon, False)
        status = await daemon.call("gateway.status")
        self.assertEqual((status["nat_interface"], status["active"]), ("eth0", False))
        self.assertIn("eth0", status["reason"])
        self.assertNotIn("gateway", (await daemon.call("status"))["role"])
        self.box.ip("link", "set", "eth0", "up")
        await self.until_active(daemon)
        await until(lambda: self.reaches(INET4), "the Internet is reached again", 10)
        events = [n["params"] for n in (await daemon.connection()).notifications if n["method"] == "gateway.event"]
        kinds = [event["kind"] for event in events if event["kind"] in ("enabled", "disabled")]
        self.assertEqual(kinds, ["disabled", "enabled"])

    async def test_an_uplink_that_comes_later_is_taken(self):
        self.box.ip("link", "set", "eth0", "down")
        daemon = await self.gateway().start()
        await self.until_logged(daemon, "this node is no gateway")
        self.assertFalse((await daemon.call("gateway.status"))["active"])
        self.box.ip("link", "set", "eth0", "up")
        await self.until_active(daemon)
        await self.connect_client(daemon)
        await until(lambda: self.reaches(INET4), "the Internet is reached", 10)


class LittlePower(GatewayCase):
    """As the systemd unit runs a daemon: by an ordinary user."""

    def weaken(self, daemon: Daemon, *capabilities: str) -> None:
        if shutil.which("setpriv") is None:
            self.skipTest("needs `setpriv` (util-linux)")
        daemon.launcher += lab.ordinary_user(self.root, daemon.directory, *capabilities)

    async def test_one_capability_makes_a_gateway(self):
        before = self.state_of_host()
        daemon = self.gateway()
        self.weaken(daemon, "--inh-caps=+net_admin", "--ambient-caps=+net_admin")
        await daemon.start()
        await self.until_active(daemon)
        await self.connect_client(daemon)
        self.assertTrue(self.reaches(INET4))
        # The kernel shows its list of flows to root only, and that is said.
        status = await daemon.call("gateway.status")
        self.assertEqual((status["conntrack"]["scope"], status["peers_through_me"]), ("host", None))
        self.assertEqual(await daemon.stop(), 0)
        self.assertEqual(self.state_of_host(), before)

    async def test_a_capability_of_the_file_is_not_enough_and_that_is_named(self):
        """nft does not inherit it."""
        if shutil.which("setcap") is None:
            self.skipTest("needs `setcap` (libcap2-bin)")
        program = self.root / "pim-daemon"
        shutil.copy(DAEMON, program)
        daemon = self.gateway(enabled=False)
        self.weaken(daemon)
        program.chmod(0o755)
        subprocess.run(["setcap", "cap_net_admin+ep", str(program)], check=True)
        daemon.launcher += ("sh", "-c", 'shift; exec "$0" "$@"', str(program))
        await daemon.start()
        checks = (await daemon.call("gateway.preflight", {"nat_interface": "eth0"}))["checks"]
        check = next(check for check in checks if check["name"] == "cap_net_admin")
        self.assertFalse(check["ok"])
        self.assertIn("inherit", check["detail"])
        self.assertIn("setpriv", check["fix"])

    async def test_without_it_it_is_named(self):
        # The interface is somebody else's: without that capability there is no own one.
        descriptor = self.box.tunnel("vpn0")
        self.addCleanup(os.close, descriptor)
        self.box.ip("link", "set", "vpn0", "up")
        daemon = self.gateway(enabled=False)
        daemon.pass_fds, daemon.extra_environment = (descriptor,), {"PIM_TUN_FD": str(descriptor)}
        self.weaken(daemon, "--bounding-set=-net_admin")
        await daemon.start()
        with self.assertRaises(Refused) as refused:
            await daemon.call("gateway.enable", {"nat_interface": "eth0"})
        failed = [check["name"] for check in refused.exception.data]
        self.assertIn("cap_net_admin", failed)
        self.assertIn("forwarding_writable", failed)
