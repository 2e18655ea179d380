"""Walks through groups of spec/scenarios.md that other files show in parts only: AC, DI, MG, RS, AU, PM and BC."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
import re
import socket
import time
import unittest

from control_socket import Refused
from daemon import Daemon
from lab import Machine
from lab_services import Service
from mesh_case import MeshCase, private_mesh
from mesh_lab import BY_FILE, NO_DNS, LabCase, seeded
from pim_peer.addresses import mesh_address
from pim_peer.identity import Identity
from route_case import RouteCase
from waiting import until

# A sixteenth of the defaults, so that a test takes seconds.
FAST = "enabled = true\nbroadcast_interval_ms = 300\npeer_timeout_ms = 2000"
NARROW = "10.77.5.0/24"
NUMBERS = 7001


class Numbers(Service):
    """Keeps the numbers in the datagrams it gets, in their order."""

    def __init__(self, machine: Machine, address: str):
        self.numbers: list[int] = []
        super().__init__(machine, address, NUMBERS, socket.SOCK_DGRAM)

    def answer(self, datagram: bytes) -> None:
        self.numbers.append(int.from_bytes(datagram[:4], "big"))


class WalkCase(RouteCase):
    async def assert_has_its_addresses(self, daemon: Daemon) -> None:
        """The interface is up with the addresses that follow from the node id, and `status` says the same."""
        link = json.loads(daemon.machine.ip("-j", "addr", "show", "dev", "pim0"))[0]
        self.assertIn("UP", link["flags"])
        carried = {f"{a['local']}/{a['prefixlen']}" for a in link["addr_info"] if a["scope"] == "global"}
        status = await daemon.call("status")
        self.assertEqual(carried, {status["mesh_ipv4"], status["mesh_ipv6"]}, daemon.name)
        self.assertEqual(carried, {f"{daemon.ipv4}/16", f"{daemon.ipv6}/64"}, daemon.name)

    def found(self, name: str, *places: tuple[str, str], identity: Identity | None = None, **options) -> Daemon:
        """A daemon that looks for others on each (segment, address)."""
        machine = self.box(name)
        for index, (segment, address) in enumerate(places):
            self.lab.plug(machine, segment, f"{address}/24", f"lan{index}")
        uplink = self.uplink(machine) if options.get("gateway") else (None, None)
        daemon = self.node(machine, discovery=FAST, routing=BY_FILE, identity=identity, **options)
        daemon.uplink4, daemon.uplink6 = uplink
        return daemon


class LateGateway(WalkCase):
    async def test_addresses_before_a_gateway_and_the_internet_after_it(self):
        """AC-1 to AC-9, and MH-9 with the internet: client - relay2 - relay1 - gateway, segmented."""
        self.internet()
        client, relay2, relay1, gateway = self.line(
            "client", "relay2", "relay1", "gateway", gateways=("gateway",), routing=BY_FILE
        )
        early = (client, relay2, relay1)
        await self.up(*early)
        for daemon in early:
            await self.assert_has_its_addresses(daemon)
        await until(
            lambda: [daemon.told("peers") for daemon in early] == [1, 2, 1], "each tells its neighbours", 10, 0.2
        )
        await self.until_pings(client, relay1.ipv4)
        await self.until_pings(client, relay1.ipv6)
        self.assertIsNone(self.page(client, timeout=1))

        await gateway.start()
        await self.until_gateway(client, gateway, timeout=30)
        for daemon in (*early, gateway):
            await self.assert_has_its_addresses(daemon)
        await self.until_pings(client, gateway.ipv4)
        self.route(client, "on")
        await self.until_seen_as(client, gateway.uplink4)
        self.assertEqual(client.machine.fetch("http://example.test/"), gateway.uplink4)

        # The gateway comes back as somebody else.
        former, key = gateway.id, Identity.generate()
        await gateway.stop()
        (gateway.directory / "node.key").write_bytes(key.seed)
        gateway.identity, gateway.id = key, key.node_id
        gateway.ipv4 = mesh_address(key.node_id, "10.77.0.0/16")
        gateway.ipv6 = mesh_address(key.node_id, "fd77::/64")
        await gateway.start()
        await self.until_gateway(client, gateway, timeout=45)
        self.assertIsNone(await client.hops_to(former))
        await self.assert_has_its_addresses(gateway)
        await self.until_pings(client, gateway.ipv4)
        self.route(client, "on")
        await self.until_seen_as(client, gateway.uplink4)


class OneAddressForTwo(LabCase):
    async def test_ipv6_reaches_both_and_ipv4_one(self):
        """AC-11: the client is linked with both; the one that is known first keeps the address while it is there."""
        twins = colliding()
        own = next(i for i in identities() if mesh_address(i.node_id, NARROW) != mesh_address(twins[0].node_id, NARROW))
        one, client, other = self.line(
            "one", "client", "other",
            identities={"one": twins[0], "client": own, "other": twins[1]},
            interface=f'enabled = true\nmesh_ipv4_prefix = "{NARROW}"',
        )
        shared = mesh_address(one.id, NARROW)
        self.assertEqual(shared, mesh_address(other.id, NARROW))
        await self.start(client, one)
        await self.until_route(client, one)
        await self.until_pings(client, shared)
        await other.start()
        await self.until_route(client, other)
        await self.until_pings(client, one.ipv6)
        await self.until_pings(client, other.ipv6)
        await self.until_logged(client, "two nodes derive one mesh address")
        self.assertGreater(await self.count(client, "address_collision"), 0)
        warning = next(line for line in client.log_text().splitlines() if "derive one mesh address" in line)
        for daemon in (one, other):
            self.assertIn(daemon.id.hex(), warning)

        inside = {daemon.name: daemon.machine.tap("pim0") for daemon in (one, other)}
        self.assertEqual(client.machine.ping(shared, 20), 20)
        self.assertEqual({name: len(pings(tap)) > 0 for name, tap in inside.items()}, {"one": True, "other": False})
        # Whoever is left inherits it.
        await one.stop()
        await self.until_pings(client, shared)
        self.assertGreater(len(pings(inside["other"])), 0)


class Discovered(WalkCase):
    async def test_nothing_configured_and_the_internet_works(self):
        """DI-2, DI-5, DI-7 to DI-13, and MH-2, MH-3 on one segment: client, relay, gateway, no [[peers]] anywhere."""
        self.internet()
        gateway = self.found("gateway", ("lan", "172.33.0.10"), gateway=True)
        relay = self.found("relay", ("lan", "172.33.0.20"))
        client = self.found("client", ("lan", "172.33.0.30"), relay=False)
        await self.up(gateway, relay, client)
        await self.assert_has_its_addresses(client)
        await self.until_pings(client, gateway.ipv4)
        await self.until_pings(client, relay.ipv4)
        await self.until_gateway(client, gateway)
        self.route(client, "on")
        await self.assert_gets_out(client, gateway)

        before = client.machine.ip("-o", "addr", "show", "dev", "pim0").split("inet ")[1].split()[0]
        self.assertEqual(await client.stop(), 0)
        await client.start()
        await self.assert_has_its_addresses(client)
        self.assertIn(f"inet {before} ", client.machine.ip("addr", "show", "dev", "pim0"))
        await self.until_pings(client, gateway.ipv4)
        await self.until_gateway(client, gateway)
        self.route(client, "on")
        await self.assert_gets_out(client, gateway)

        await relay.stop()
        await until(lambda: gateway.told("peers") == 1, "the gateway has one peer", 10, 0.1)
        self.assertEqual(client.machine.ping(gateway.ipv4), 1)
        await relay.start()
        await until(lambda: gateway.told("peers") == 2, "the gateway has both peers", 25, 0.1)
        await self.until_pings(client, relay.ipv4)
        self.assertEqual(client.machine.ping(gateway.ipv4), 1)

    async def assert_gets_out(self, client: Daemon, gateway: Daemon) -> None:
        """A page by its name; both are asked for by way of the gateway."""
        self.resolver.seen.clear()
        await self.until_seen_as(client, gateway.uplink4)
        self.assertEqual(client.machine.fetch("http://example.test/"), gateway.uplink4)
        self.assertEqual(set(self.resolver.seen), {gateway.uplink4})


class Admitted(WalkCase):
    """Nothing configured but who may take part; the rest is discovery."""

    async def until_linked_with(self, daemon: Daemon, *others: Daemon) -> None:
        async def exactly() -> bool:
            return await daemon.linked() == {other.id for other in others}

        await until(exactly, f"{daemon.name} has {len(others)} peers", 40, 0.1)

    async def test_a_private_mesh_of_a_line_lets_out_its_members_only(self):
        """PM-1 to PM-6, PM-12 and DI-14: client - relay - gateway on two segments, with two more who are no members."""
        self.internet()
        mesh = private_mesh()
        gateway = self.found("gateway", ("g", "172.34.1.10"), identity=seeded(1), gateway=True, mesh=mesh)
        relay = self.found("relay", ("c", "172.34.0.20"), ("g", "172.34.1.20"), identity=seeded(5), mesh=mesh)
        client = self.found("client", ("c", "172.34.0.30"), identity=seeded(2), relay=False, mesh=mesh)
        intruder = self.found("intruder", ("c", "172.34.0.40"), identity=seeded(3), mesh=private_mesh("another one"))
        outsider = self.found("outsider", ("g", "172.34.1.40"), identity=seeded(4))
        await self.up(gateway, relay, client)
        await self.start(intruder, outsider)
        await self.until_risen(relay, {}, "discovery_other_form")
        await self.until_risen(relay, {}, "discovery_undecryptable")
        for daemon, others in ((client, [relay]), (relay, [client, gateway]), (gateway, [relay])):
            self.assertEqual(await daemon.linked(), {other.id for other in others}, daemon.name)
            told = re.search(r"private mesh enabled.*", daemon.log_text())
            self.assertIsNotNone(told, daemon.name)
            self.assertNotIn("herons", daemon.log_text())
        for daemon in (intruder, outsider):
            self.assertEqual(await daemon.linked(), set(), daemon.name)
        self.assertEqual((gateway.ipv4, client.ipv4), ("10.77.18.156", "10.77.166.231"))
        await self.until_pings(client, gateway.ipv4)
        await self.until_gateway(client, gateway)
        self.route(client, "on")
        await self.until_seen_as(client, gateway.uplink4)
        self.assertEqual(client.machine.fetch("http://example.test/"), gateway.uplink4)

    async def test_policies_of_nodes_that_find_each_other(self):
        """AU-1 to AU-3, AU-6 and AU-7: by discovery, with the identities of the scenario."""
        stores = [self.root / f"{name}.toml" for name in ("gateway", "client")]
        listed = 'authorization_policy = "allow_list"\nauthorized_peers = ["{}"]'
        policies = {
            "open": ['authorization_policy = "allow_all"'] * 2,
            "listed": [listed.format(seeded(2).node_id.hex()), listed.format(seeded(1).node_id.hex())],
            "met": [
                f'authorization_policy = "trust_on_first_use"\ntrust_store_file = "{store}"' for store in stores
            ],
        }
        pairs = {}
        for segment, (one, two) in policies.items():
            pairs[segment] = (
                self.found(f"g{segment}", (segment, "172.42.0.10"), identity=seeded(1), security=one),
                self.found(f"c{segment}", (segment, "172.42.0.20"), identity=seeded(2), security=two, relay=False),
            )
        intruder = self.found("intruder", ("listed", "172.42.0.30"), identity=seeded(3))
        await self.start(intruder, *itertools.chain(*pairs.values()))
        for gateway, client in pairs.values():
            await self.until_linked_with(client, gateway)
            await self.until_linked_with(gateway, client)
            await self.until_pings(client, gateway.ipv4)
        gateway, client = pairs["listed"]
        await self.until_logged(gateway, "rejected by authorization policy")
        self.assertEqual(await intruder.linked(), set())
        self.assertEqual(await gateway.linked(), {client.id})

        gateway, client = pairs["met"]
        await until(
            lambda: client.id.hex() in stores[0].read_text() and gateway.id.hex() in stores[1].read_text(),
            "each store has the other", 6,
        )
        await client.stop()
        await client.start()
        await self.until_linked_with(client, gateway)
        lines = [daemon.log_text().count("peer trusted on first use") for daemon in (gateway, client)]
        self.assertEqual(lines, [1, 1])


class TwoGatewaysAtOneRelay(WalkCase):
    async def test_the_one_in_use_goes_and_returns(self):
        """MG-1 to MG-4 and MG-6."""
        self.internet()
        client, relay = self.line("client", "relay", routing=NO_DNS)
        gateways = []
        for name in ("gateway1", "gateway2"):
            machine = self.box(name)
            uplink = self.uplink(machine)
            gateway = self.node(machine, self.cable(machine, relay.machine)[1], gateway=True)
            gateway.uplink4, gateway.uplink6 = uplink
            gateways.append(gateway)
        await self.up(client, relay, *gateways)
        for gateway in gateways:
            await self.until_pings(client, gateway.ipv4)
        expected = {gateway.id.hex() for gateway in gateways}

        async def lists_both() -> bool:
            table = await relay.call("route.table")
            return {row["node_id"] for row in table["gateways"]} == expected and len(table["routes"]) == 3

        await until(lists_both, "the relay has three routes, two of them to gateways", 15, 0.1)

        self.route(client, "on")
        by_uplink = {gateway.uplink4: gateway for gateway in gateways}
        await until(lambda: self.page(client, timeout=1) in by_uplink, "a gateway lets the client out", 15)
        used = by_uplink[self.page(client)]
        spare = next(gateway for gateway in gateways if gateway is not used)
        await used.stop()
        self.assertLess(await self.until_seen_as(client, spare.uplink4, timeout=20), 3)
        self.assertEqual(client.machine.ping(spare.ipv4), 1)
        await used.start()
        await self.until_route(client, used)
        await self.until_pings(client, used.ipv4)
        await self.until_pings(client, spare.ipv4)
        self.assertIn(self.page(client), by_uplink)


class Outages(LabCase):
    async def two(self) -> tuple[Daemon, Daemon, Numbers]:
        client, server = self.line("client", "server")
        await self.up(client, server)
        await self.until_pings(client, server.ipv4)
        return client, server, self.serve(Numbers(server.machine, server.ipv4))

    def sender(self, client: Daemon) -> socket.socket:
        made = client.machine.inside(lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
        self.addCleanup(made.close)
        return made

    async def test_a_firewall_between_two_nodes_comes_and_goes(self):
        """RS-4, RS-6, RS-9, and RS-5 with a shorter cut (`retriesForEverWithGrowingSpreadDelays` has the long one)."""
        client, server, numbers = await self.two()
        await until(lambda: self.knows(client, server), "the client knows the server's key", 15, 0.1)
        drop = "{ type filter hook forward priority 0; policy drop; }"
        sessions = await self.count(client, "session_established")
        began = time.monotonic()
        self.lab.switch.run("nft", f"add table bridge cut; add chain bridge cut between {drop}")
        with self.assertRaises(AssertionError):
            await self.until_pings(client, server.ipv4, 1)

        resident = client.resident_bytes
        sender = self.sender(client)
        messages = []
        # Half as much again as the memory that it may cost.
        for number in range(1, 20_001):
            with contextlib.suppress(OSError):
                sender.sendto(number.to_bytes(4, "big") + bytes(1200), (server.ipv4, NUMBERS))
            if number % 100 == 0:
                await asyncio.sleep(0.002)
            if number % 2000 == 0:
                body = f"during the outage {number}"
                messages.append((body, await client.send(server.id, body)))

        async def is_lost() -> bool:
            return await self.count(client, "peer_silent") > 0 and await self.count(server, "peer_silent") > 0

        await until(is_lost, "both ends give the session up", 40, 0.2)
        # Until then it could have been taken up again without a handshake.
        self.assertGreater(time.monotonic() - began, 12)
        attempts = await self.failed_attempts(client)
        await until(lambda: self.more_attempts(client, attempts), "the client keeps trying", 20, 0.2)
        self.assertLess(client.resident_bytes - resident, 16 << 20)
        self.lab.switch.run("nft", "delete table bridge cut")
        await self.until_pings(client, server.ipv4, 40)
        self.assertGreater(await self.count(client, "session_established"), sessions)
        for body, message in messages:
            await self.until_delivered(client, server, message, body)
        sender.sendto((20_001).to_bytes(4, "big"), (server.ipv4, NUMBERS))
        await until(lambda: 20_001 in numbers.numbers, "a datagram arrives again", 5)
        self.assert_in_order(numbers.numbers)

    async def test_numbered_datagrams_across_an_unplugged_cable(self):
        """RS-1, RS-2 and RS-8: nothing arrives twice and nothing overtakes, and what is sent afterwards arrives."""
        client, server, numbers = await self.two()
        await until(lambda: self.knows(client, server), "the client knows the server's key", 15, 0.1)
        sender = self.sender(client)
        serial = itertools.count()

        async def send(count: int) -> int:
            number = 0
            for number in itertools.islice(serial, count):
                with contextlib.suppress(OSError):
                    sender.sendto(number.to_bytes(4, "big"), (server.ipv4, NUMBERS))
                await asyncio.sleep(0.002)
            return number

        await send(100)
        await until(lambda: 99 in numbers.numbers, "what is sent before the outage arrives", 5)
        address = client.machine.ip("-4", "-o", "addr", "show", "dev", "server").split("inet ")[1].split()[0]
        client.machine.ip("addr", "del", address, "dev", "server")
        await send(200)
        message = await client.send(server.id, "while unplugged")
        # As long as the scenario has it.
        await asyncio.sleep(5)
        self.assertIn("running", client.pim("status").stdout)
        client.machine.ip("addr", "add", address, "brd", "+", "dev", "server")
        await send(200)
        await self.until_pings(client, server.ipv4, 35)
        last = await send(100)
        await until(lambda: last in numbers.numbers, "what is sent after the outage arrives", 5)
        self.assertTrue(set(range(100)) <= set(numbers.numbers))
        self.assertTrue(set(range(last - 99, last + 1)) <= set(numbers.numbers))
        self.assert_in_order(numbers.numbers)
        await self.until_delivered(client, server, message, "while unplugged")

    async def test_a_flood_of_pings_is_answered_and_costs_no_memory(self):
        """RS-12, SH-13."""
        client, server, _ = await self.two()
        resident = client.resident_bytes
        done = client.machine.run("sh", "-c", f"ping -n -q -f -c 2000 -w 10 {server.ipv4} || true")
        received = int(re.search(r"(\d+) received", done).group(1))
        self.assertGreater(received, 1000)
        self.assertLess(client.resident_bytes - resident, 51_200 << 10)
        for daemon in (client, server):
            self.assertIn("running", daemon.pim("status").stdout)

    def assert_in_order(self, numbers: list[int]) -> None:
        self.assertEqual(numbers, sorted(set(numbers)), "something came twice or overtook")

    async def knows(self, daemon: Daemon, other: Daemon) -> bool:
        return any(p["node_id"] == other.id.hex() and p["x25519_pubkey"] for p in await daemon.call("peers.list"))

    async def failed_attempts(self, daemon: Daemon) -> int:
        failures = [peer["failure"] for peer in await daemon.call("peers.list") if peer["failure"]]
        return sum(failure["attempts"] for failure in failures)

    async def more_attempts(self, daemon: Daemon, than: int) -> bool:
        return await self.failed_attempts(daemon) > than


class Introductions(MeshCase):
    """a - b - c - d on loopback, each dialling the next; b and c relay by default."""

    SETTINGS = "[messaging.broadcast]\nwatch_incoming = true\nmin_peer_interval_s = 1\n"

    async def row(self, *, backwards: bool) -> list[Daemon]:
        nodes: list[Daemon] = []
        for name in ("d", "c", "b", "a"):
            peers = (f"127.0.0.1:{nodes[-1].port}",) if nodes else ()
            nodes.append(self.prepare(name, peers=peers, extra=self.SETTINGS))
        nodes.reverse()
        for daemon in reversed(nodes) if backwards else nodes:
            await daemon.start()
        for daemon in nodes:

            async def knows_all(daemon=daemon) -> bool:
                return {row["node_id"] for row in (await daemon.call("route.table"))["routes"]} == {
                    other.id.hex() for other in nodes if other is not daemon
                }

            await until(knows_all, f"{daemon.name} has exactly three routes", 60, 0.1)
        return nodes

    async def key_of(self, daemon: Daemon, other: Daemon) -> str | None:
        rows = await daemon.call("peers.list")
        return next((row["x25519_pubkey"] for row in rows if row["node_id"] == other.id.hex()), None)

    async def test_keys_spread_by_themselves_whoever_starts_first(self):
        """BC-1 to BC-3, BC-5 to BC-7, BC-11 and MS-1 to MS-7: the reference's start order, and the one it cannot do."""
        for backwards in (True, False):
            with self.subTest(backwards=backwards):
                a, b, c, d = nodes = await self.row(backwards=backwards)
                for daemon in nodes:
                    node = (await daemon.call("status"))["node_id"]
                    self.assertRegex(node, "^[0-9a-f]{32}$")
                    self.assertEqual(node, daemon.id.hex())
                self.assertEqual(await self.key_of(a, b), b.identity.x25519_public.hex())
                self.assertEqual(await self.key_of(d, c), c.identity.x25519_public.hex())
                for sender, receiver in ((a, d), (d, a), (a, c), (a, b)):
                    await self.say(sender, receiver, f"{sender.name} to {receiver.name}")
                conversations = (await a.call("messages.list_conversations"))["conversations"]
                with_d = next(row for row in conversations if row["peer_node_id"] == d.id.hex())
                self.assertEqual((with_d["name"], with_d["x25519_pubkey"]), ("d", d.identity.x25519_public.hex()))
                self.assertEqual({row["node_id"] for row in await a.call("peers.list")}, {b.id.hex()})
                for daemon in nodes:
                    await daemon.stop()
                    (self.root / daemon.name).rename(self.root / f"{daemon.name}.{backwards}")

    async def test_a_broadcast_on_request_goes_to_everybody(self):
        """BC-4 and BC-8."""
        a, _, _, d = nodes = await self.row(backwards=True)
        began = time.time()
        for daemon in nodes:
            self.assertEqual((await daemon.call("peers.broadcast_identity_now"))["recipients"], 3, daemon.name)
        for daemon in (a, d):
            state = await daemon.call("peers.get_broadcast_state")
            self.assertEqual(state["last_recipient_count"], 3)
            self.assertLess(abs(state["last_broadcast_ms"] / 1000 - began), 30)
        before = await d.counters()
        for _ in range(3):
            again = await a.call("peers.broadcast_identity_now")
            self.assertGreaterEqual(again["sent_at_ms"] / 1000, began - 1)
        await self.until_risen(d, before, "peer_info_too_soon")
        await self.say(a, d, "still on speaking terms")

    async def say(self, sender: Daemon, receiver: Daemon, body: str) -> None:
        """A message that can be sent as soon as the key of the receiver is known, and arrives."""

        async def sent() -> bytes | None:
            try:
                return await sender.send(receiver.id, body)
            except Refused as refused:
                self.assertEqual(refused.code, -32060)
                return None

        message = await until(sent, f"{sender.name} knows the key of {receiver.name}", 30, 0.1)
        await self.until_delivered(sender, receiver, message, body)


def identities():
    """The identities of the seeds 1, 2, 3 and so on."""
    return (Identity(number.to_bytes(32, "big")) for number in itertools.count(1))


def colliding() -> tuple[Identity, Identity]:
    """The first two that share an address of the narrow network."""
    owners: dict[str, Identity] = {}
    for identity in identities():
        address = mesh_address(identity.node_id, NARROW)
        if address in owners:
            return owners[address], identity
        owners[address] = identity
    raise AssertionError("unreachable")


def pings(tap) -> list[bytes]:
    """The echo requests over IPv4 among the packets of a TUN interface."""
    return [frame for frame in tap.frames() if frame[:1] == b"\x45" and frame[9] == 1 and frame[20] == 8]


if __name__ == "__main__":
    unittest.main()
