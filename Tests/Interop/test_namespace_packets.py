"""IP between two shipped daemons (spec/scenarios.md SH and V6)."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import os
import re
import socket
import time

import lab
import mesh_lab
from daemon import Daemon
from lab_services import echoes_stream, failure_to_connect, lost_datagrams, stream
from mesh_lab import ECHO, SIZES, LabCase
from pim_peer.addresses import mesh_address
from waiting import until


class TwoNodes(LabCase):
    async def test_packets_of_every_kind_and_size(self):
        """SH-1 to SH-3, SH-5, SH-6, SH-11 to SH-13, V6-1, V6-3."""
        names = {"client": mesh_lab.seeded(2), "server": mesh_lab.seeded(1)}
        client, server = self.line("client", "server", identities=names)
        await self.up(client, server)
        for daemon, ipv4, ipv6 in (
            (client, "10.77.166.231", "fd77::4ae3:2368:c780:20e7"), (server, "10.77.18.156", "fd77::c6c:cff5:c388:c9c")
        ):
            shown = daemon.machine.ip("-o", "addr", "show", "dev", "pim0", "up")
            self.assertIn(f"inet {ipv4}/16", shown)
            self.assertIn(f"inet6 {ipv6}/64", shown)
            self.assertNotIn("fe80", shown)
            status = await daemon.call("status")
            self.assertEqual((status["mesh_ipv4"], status["mesh_ipv6"]), (f"{ipv4}/16", f"{ipv6}/64"))
            self.assertEqual(status["interface"], {"name": "pim0", "up": True, "mtu": 1400})
        stream(client.machine, "10.1.1.2", mesh_lab.PORT, 3).close()
        before = await client.counters(), await server.counters()
        for daemon, other in ((client, server), (server, client)):
            for address in (other.ipv4, other.ipv6):
                # The first one may wait for a session; none is lost.
                self.assertEqual(daemon.machine.ping(address, count=3), 3, address)
                for size in (0, 1372, 1373, 9000, 60_000):
                    self.assertEqual(daemon.machine.ping(address, size=size), 1, f"{size} bytes to {address}")
            self.echo(other.machine, other.ipv4, other.ipv6)
            for address in (other.ipv4, other.ipv6):
                self.assertEqual(lost_datagrams(daemon.machine, address, ECHO, SIZES), [], address)
                for size in (1, 10_240, 8 << 20):
                    self.assertTrue(echoes_stream(daemon.machine, address, ECHO, size), f"{size} bytes to {address}")
            self.assertIn("running", daemon.pim("status").stdout)
        self.assertTrue(echoes_stream(client.machine, server.ipv4, ECHO, 64 << 20))
        for daemon, earlier in zip((client, server), before):
            later = await daemon.counters()
            grown = {
                name: later[name] - earlier.get(name, 0)
                for name in later
                if re.search("malformed|foreign|refused|not_written", name) and later[name] > earlier.get(name, 0)
            }
            self.assertEqual(grown, {}, daemon.name)

    async def test_what_belongs_to_a_link_never_leaves(self):
        """Multicast, broadcast and link-local packets end at the interface; they are counted."""
        client, server = self.line("client", "server")
        await self.up(client, server)
        self.assertEqual(client.machine.ping(server.ipv4), 1)
        inside = server.machine.tap("pim0")
        for route in ("224.0.0.0/4", "255.255.255.255/32", "169.254.0.0/16"):
            client.machine.ip("route", "add", route, "dev", "pim0")
        client.machine.ip("-6", "route", "add", "fe80::/64", "dev", "pim0", "table", "local")
        before = await self.count(client, "packet_local_only")
        targets = ("224.0.0.251", "239.1.2.3", "255.255.255.255", "10.77.255.255", "169.254.1.1", "ff02::fb", "fe80::1")

        def send() -> int:
            sent = 0
            for target in targets:
                family = socket.AF_INET6 if ":" in target else socket.AF_INET
                with socket.socket(family, socket.SOCK_DGRAM) as sender:
                    sender.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
                    sender.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, b"pim0")
                    for _ in range(20):
                        scope = (0, socket.if_nametoindex("pim0")) if family == socket.AF_INET6 else ()
                        sender.sendto(b"for the link only", (target, 5353, *scope))
                        sent += 1
            return sent

        cable = client.machine.tap("server")
        sent = client.machine.inside(send)

        async def counted() -> bool:
            return await self.count(client, "packet_local_only") - before >= sent

        await until(counted, f"{sent} packets are counted as staying", 5)
        # A packet that is let through comes after all of those, so they would have been there.
        self.assertEqual(client.machine.ping(server.ipv4), 1)
        self.assertFalse([frame for frame in inside.frames() if b"for the link only" in frame])
        self.assertLess(len(cable.frames()), sent, "each would be a frame of its own")

    async def test_who_asks_for_nobody_is_told_at_once(self):
        """spec/host-network.md 10.10: no address, no gateway, and no neighbour as a gateway of last resort (SH-19)."""
        client, server = self.line("client", "server")
        await self.up(client, server)
        client.machine.ip("route", "add", "198.51.100.0/24", "dev", "pim0")
        client.machine.ip("-6", "route", "add", "2001:db8::/32", "dev", "pim0")
        inside = server.machine.tap("pim0")
        for address in ("10.77.1.2", "fd77::1:2", mesh_lab.WEB4, mesh_lab.WEB6):
            began = time.monotonic()
            self.assertIn(failure_to_connect(client.machine, address), (errno.EHOSTUNREACH, errno.ENETUNREACH), address)
            self.assertLess(time.monotonic() - began, 1, address)
        self.assertEqual(inside.frames(), [])
        self.assertGreaterEqual(await self.count(client, "packet_unreachable"), 4)

    async def test_an_end_and_a_new_beginning(self):
        """SH-15, SH-16."""
        client, server = self.line("client", "server")
        before = client.machine.snapshot()
        await self.up(client, server)
        self.assertEqual(client.machine.ping(server.ipv4), 1)
        began = time.monotonic()
        self.assertEqual(await client.stop(), 0)
        self.assertLess(time.monotonic() - began, 3)
        self.assert_same(before, client.machine.snapshot())
        self.assertFalse(client.pid_file.exists())

        async def alone() -> bool:
            return not await server.linked()

        await until(alone, "the server knows that the client left", 1)
        await client.start()
        self.assertIn(f"inet {client.ipv4}/16", client.machine.ip("-o", "addr", "show", "dev", "pim0"))
        self.assertLess(await self.until_pings(client, server.ipv4, 10), 10)
        # Killed: the kernel takes the interface, and the next start finds nothing in its way.
        await client.kill()
        self.assertNotIn("pim0", client.machine.ip("-o", "link", "show"))
        await client.start()
        await self.until_pings(client, server.ipv6, 10)

    async def test_whoever_is_first_waits(self):
        """SH-17, and packets that are sent before there is a session."""
        client, server = self.line("client", "server")
        await client.start()
        self.assertEqual(client.machine.ping(server.ipv4, wait=0.5), 0)
        await server.start()
        await self.until_pings(client, server.ipv4, 15)
        self.assertEqual(server.machine.ping(client.ipv6), 1)

    async def test_a_name_that_nobody_knows_yet(self):
        """SH-18: a peer's name that does not resolve stops nothing, and counts as soon as it does."""
        left, right = self.box("left"), self.box("right")
        _, address = self.cable(left, right)
        client, server = self.node(left, "later.test"), self.node(right)
        await self.start(client, server)
        await self.until_logged(client, "later.test.*")
        left.etc("hosts", f"127.0.0.1 localhost\n{address} later.test\n")
        await self.until_pings(client, server.ipv4, 35)

    async def test_machines_without_ipv6_and_with_strict_filters(self):
        """What hardened machines set for interfaces to come does not reach the mesh; others stay as they are."""
        client, server = self.line("client", "server")
        for daemon in (client, server):
            daemon.machine.run(
                "sysctl", "-qw", "net.ipv6.conf.all.disable_ipv6=1", "net.ipv6.conf.default.disable_ipv6=1",
                "net.ipv4.conf.all.rp_filter=1", "net.ipv4.conf.default.rp_filter=1",
            )
        before = client.machine.snapshot()
        await self.up(client, server)
        self.assertEqual(client.machine.ping(server.ipv4, 2), 2)
        self.assertEqual(client.machine.ping(server.ipv6, 2), 2)
        self.assertNotIn("inet6", client.machine.ip("addr", "show", "dev", "server"))
        self.assertEqual(failure_to_connect(client.machine, "10.77.1.2"), errno.ENETUNREACH)
        await client.stop()
        self.assert_same(before, client.machine.snapshot())

    async def test_over_an_ipv6_underlay(self):
        """V6-11: no IPv4 between the two machines at all."""
        left, right = self.box("left"), self.box("right")
        self.cable(left, right)
        for machine, other, address in ((left, "right", "2001:db8:7::1/64"), (right, "left", "2001:db8:7::2/64")):
            machine.ip("addr", "flush", "dev", other)
            machine.ip("addr", "add", address, "dev", other, "nodad")
        client, server = self.node(left, "2001:db8:7::2"), self.node(right)
        await self.up(client, server)
        self.echo(right, server.ipv4, server.ipv6)
        for address in (server.ipv4, server.ipv6):
            self.assertEqual(lost_datagrams(left, address, ECHO, (1, 1400, 9000)), [])
            self.assertTrue(echoes_stream(left, address, ECHO, 1 << 20))

    async def test_other_networks_and_other_sizes(self):
        """The prefixes and the MTU of the configuration; below 1280 bytes there is no IPv6, and that is said."""
        ours = 'enabled = true\nmesh_ipv4_prefix = "192.168.88.0/22"\nmesh_ipv6_prefix = "fd12:3456::/48"\nmtu = '
        client, server = self.line("client", "server", interface=ours + "65000")
        await self.up(client, server)
        addresses = [mesh_address(server.id, prefix) for prefix in ("192.168.88.0/22", "fd12:3456::/48")]
        shown = server.machine.ip("addr", "show", "dev", "pim0")
        self.assertIn(f"inet {addresses[0]}/22 ", shown)
        self.assertIn(f"inet6 {addresses[1]}/48 ", shown)
        self.assertIn("mtu 65000", shown)
        self.echo(server.machine, *addresses)
        for address in addresses:
            self.assertEqual(lost_datagrams(client.machine, address, ECHO, SIZES), [])
            self.assertTrue(echoes_stream(client.machine, address, ECHO, 4 << 20))
        await client.stop()
        client.config.write_text(client.config.read_text().replace("mtu = 65000", "mtu = 576"))
        await client.start()
        await self.until_pings(client, addresses[0], 10)
        self.assertIn("no IPv6 on pim0", client.log_text())
        self.assertNotIn("inet6", client.machine.ip("addr", "show", "dev", "pim0"))
        self.assertEqual(lost_datagrams(client.machine, addresses[0], ECHO, SIZES), [])
        self.assertTrue(echoes_stream(client.machine, addresses[0], ECHO, 1 << 20))


class Interface(LabCase):
    """Who may have an interface, and which."""

    programs = (*LabCase.programs, "setpriv")

    def weaken(self, daemon: Daemon, *options: str) -> None:
        daemon.launcher += lab.ordinary_user(self.root, daemon.directory, *options)

    async def test_one_capability_makes_an_interface(self):
        client, server = self.line("client", "server")
        self.weaken(client, "--inh-caps=+net_admin", "--ambient-caps=+net_admin")
        await self.up(client, server)
        self.assertEqual(client.machine.ping(server.ipv4), 1)
        self.assertEqual(server.machine.ping(client.ipv6), 1)
        self.assertEqual(await client.stop(), 0)
        self.assertNotIn("pim0", client.machine.ip("-o", "link", "show"))

    async def test_without_it_the_daemon_says_what_it_needs(self):
        daemon = self.node(self.box("weak"))
        self.weaken(daemon, "--bounding-set=-net_admin")
        self.assertNotEqual(await asyncio.to_thread(daemon.spawn().wait, 10), 0)
        self.assertRegex(daemon.log_text(), "cannot create the interface pim0: it needs CAP_NET_ADMIN.*enabled = false")

    async def test_two_daemons_of_one_machine_have_two_interfaces(self):
        machine = self.box("twins")
        first = await self.node(machine, name="first").start()
        second = self.node(machine, name="second", port=PORT_OF_SECOND)
        self.assertNotEqual(await asyncio.to_thread(second.spawn().wait, 10), 0)
        self.assertIn("cannot create the interface pim0: there is another interface of that name", second.log_text())
        self.assertIn("inet " + first.ipv4, machine.ip("-o", "addr", "show", "dev", "pim0"))
        # Whose prefixes do not overlap, they may live side by side.
        text = second.config.read_text().replace("[interface]\n", '[interface]\nname = "pim1"\n')
        second.config.write_text(text)
        await second.start()
        self.assertIn("inet " + second.ipv4, machine.ip("-o", "addr", "show", "dev", "pim1"))

    async def test_a_descriptor_that_was_handed_over(self):
        """PIM_TUN_FD: the interface is somebody else's, who gave it addresses and keeps it."""
        client, server = self.line("client", "server")
        descriptor = client.machine.tunnel("vpn0")
        self.addCleanup(close_once, descriptor)
        client.machine.ip("addr", "add", f"{client.ipv4}/16", "dev", "vpn0")
        client.machine.ip("addr", "add", f"{client.ipv6}/64", "dev", "vpn0", "nodad")
        client.machine.ip("link", "set", "vpn0", "mtu", "1400", "up")
        client.pass_fds = (descriptor,)
        client.extra_environment = {"PIM_TUN_FD": str(descriptor)}
        before = client.machine.ip("addr", "show", "dev", "vpn0")
        await self.up(client, server)
        self.assertNotIn("pim0", client.machine.ip("-o", "link", "show"))
        self.assertEqual((await client.call("status"))["interface"]["name"], "vpn0")
        self.echo(server.machine, server.ipv4, server.ipv6)
        self.echo(client.machine, client.ipv4)
        for address in (server.ipv4, server.ipv6):
            self.assertEqual(client.machine.ping(address, count=2), 2)
            self.assertEqual(lost_datagrams(client.machine, address, ECHO, SIZES), [])
            self.assertTrue(echoes_stream(client.machine, address, ECHO, 1 << 20))
        # Super-packets of the other end arrive in pieces here.
        self.assertTrue(echoes_stream(server.machine, client.ipv4, ECHO, 1 << 20))
        self.assertEqual(await client.stop(), 0)
        self.assertEqual(client.machine.ip("addr", "show", "dev", "vpn0"), before)

    async def test_a_number_that_is_no_descriptor(self):
        for number in ("77", "tun", "0"):
            daemon = self.node(self.box(f"box{number}"), environment={"PIM_TUN_FD": number})
            self.assertNotEqual(await asyncio.to_thread(daemon.spawn().wait, 10), 0)
            self.assertIn("PIM_TUN_FD is", daemon.log_text())


PORT_OF_SECOND = mesh_lab.PORT + 10


def close_once(descriptor: int) -> None:
    with contextlib.suppress(OSError):
        os.close(descriptor)
