"""Discovery between shipped daemons on networks of their own (spec/scenarios.md DI, PM-5, PM-6, PM-10, PM-11)."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import time

import lab
from daemon import Daemon, risen
from mesh_case import MESH_ID, PASSPHRASE, SMALL_KDF, MeshCase, private_mesh
from pim_peer.beacon import CLIENT, MAGIC, RELAY, Beacon
from pim_peer.identity import Identity
from pim_peer.meshsecret import MeshSecret
from waiting import until

PORT, BEACONS = 9100, 9101
# A sixteenth of the defaults, so that a test takes seconds.
FAST = "enabled = true\nbroadcast_interval_ms = 300\npeer_timeout_ms = 2000"
MISSING = lab.missing()


class DiscoveryCase(MeshCase):
    def setUp(self):
        if MISSING:
            self.fail(MISSING) if os.environ.get("CI") in ("true", "1") else self.skipTest(MISSING)
        super().setUp()
        self.lab = lab.Lab()
        self.addCleanup(self.lab.close)

    def node(self, name: str, *plugs: tuple[str, str | None], relay: bool = False, discovery: str = FAST, **options):
        """A machine on the segments with a daemon that is not started yet; without plugs, on the one segment `lan`."""
        machine = self.lab.machine(name, *plugs)
        daemon = self.prepare(
            name, port=PORT, relay=relay, discovery=discovery, launcher=machine.launcher, **options
        )
        daemon.machine = machine
        return daemon

    async def start(self, *daemons: Daemon) -> None:
        await asyncio.gather(*(daemon.start() for daemon in daemons))

    async def until_peers(self, daemon: Daemon, *others: Daemon, timeout: float = 10) -> None:
        expected = {other.id for other in others}

        async def has_them() -> bool:
            return await daemon.linked() == expected

        await until(has_them, f"{daemon.name} is linked with {[other.name for other in others]}", timeout, every=0.05)

    async def discovered(self, daemon: Daemon) -> dict[bytes, list[dict]]:
        found: dict[bytes, list[dict]] = {}
        for row in await daemon.call("peers.discovered"):
            found.setdefault(bytes.fromhex(row["node_id"]), []).append(row)
        return found

    async def until_discovered(self, daemon: Daemon, *ids: bytes, timeout: float = 10) -> dict[bytes, list[dict]]:
        async def found():
            rows = await self.discovered(daemon)
            return rows if set(ids) <= rows.keys() else None

        return await until(found, f"{daemon.name} discovers {len(ids)} nodes", timeout, every=0.05)

    def reload(self, daemon: Daemon, old: str, new: str) -> None:
        """Has a running daemon read its configuration again, with one change in it."""
        text = daemon.config.read_text()
        self.assertIn(old, text)
        daemon.config.write_text(text.replace(old, new))
        daemon.process.send_signal(signal.SIGHUP)

    async def count(self, daemon: Daemon, name: str) -> int:
        return (await daemon.counters()).get(f"counters.{name}", 0)


class OnOneSegment(DiscoveryCase):
    async def test_nodes_find_each_other_and_stay_found(self):
        """DI-1, DI-3, DI-6, DI-13, DI-17, DI-18: no [[peers]] anywhere, no default route."""
        relay = self.node("relay", ("lan", "172.33.0.20/24"), relay=True)
        second = self.node("second", ("lan", "172.33.0.10/24"), relay=True)
        client = self.node("client", ("lan", "172.33.0.30/24"))
        began = time.monotonic()
        await self.start(relay, second, client)
        for daemon, others in ((relay, (second, client)), (second, (relay, client)), (client, (relay, second))):
            await self.until_peers(daemon, *others)
        self.assertLess(time.monotonic() - began, 10)

        async def named() -> dict | None:
            rows = (await self.discovered(client)).get(relay.id, [])
            row = next((row for row in rows if row["address"] == "172.33.0.20:9100"), None)
            return row if row and row["label_announced"] == "relay" and row["first_seen_s"] >= 1 else None

        row = await until(named, "the client tells since when it knows the relay, and its name")
        self.assertLess(row["last_seen_s"], row["first_seen_s"])
        self.assertEqual((row["mechanism"], row["roles"], row["connected"]), ("broadcast", ["client", "relay"], True))
        listed = client.pim("peers", "discovered")
        self.assertIn("172.33.0.20:9100", listed.stdout)
        # Peers that are linked are heard again and again, over IPv4 and IPv6, and not connected to once more.
        established = [daemon.machine.connections(PORT) for daemon in (relay, second, client)]
        dialed = [await self.count(daemon, "discovery_dialed") for daemon in (relay, second, client)]
        await asyncio.sleep(2)
        self.assertEqual([d.machine.connections(PORT) for d in (relay, second, client)], established)
        self.assertEqual(established, [2, 2, 2])
        self.assertEqual([await self.count(d, "discovery_dialed") for d in (relay, second, client)], dialed)

        await relay.stop()
        await self.until_peers(client, second, timeout=1)
        await self.until_peers(second, client, timeout=1)
        await relay.start()
        await self.until_peers(client, second, relay)
        await self.until_peers(second, client, relay)

    async def test_a_frozen_relay_leaves_the_list_and_comes_back(self):
        """DI-4, DI-5, DI-12, without addresses of the mesh."""
        relay = self.node("relay", ("lan", "172.33.0.20/24"), relay=True)
        gateway = self.node("gateway", ("lan", "172.33.0.10/24"), relay=True)
        client = self.node("client", ("lan", "172.33.0.30/24"))
        await self.start(relay, gateway, client)
        await self.until_peers(client, relay, gateway)
        await self.until_peers(gateway, relay, client)
        relay.freeze()
        try:
            # Its links stall, and nothing leads there any more; those of the others stay.
            for daemon, other in ((client, gateway), (gateway, client)):

                async def is_gone() -> bool:
                    return await daemon.hops_to(relay.id) is None

                await until(is_gone, f"{daemon.name} has no route to the frozen relay", 20, every=0.1)
                self.assertEqual(await daemon.hops_to(other.id), 1)
        finally:
            relay.thaw()
        await self.until_peers(client, relay, gateway, timeout=30)
        await self.until_peers(gateway, relay, client, timeout=30)

    async def test_a_reload_changes_who_is_dialled_and_who_announces(self):
        relay = self.node("relay", ("lan", "172.33.0.20/24"), relay=True, discovery=f"{FAST}\nannounce = false")
        client = self.node("client", ("lan", "172.33.0.30/24"), discovery=f"{FAST}\nconnect_relays = false")
        await self.start(relay, client)
        await self.until_discovered(relay, client.id)
        self.assertEqual(await self.discovered(client), {})
        self.reload(relay, "announce = false", "announce = true")
        await self.until_discovered(client, relay.id)
        self.assertEqual(await self.count(client, "discovery_dialed"), 0)
        self.reload(client, "connect_relays = false", "connect_relays = true")
        await self.until_peers(client, relay)

    async def test_peers_event_tells_of_a_discovery(self):
        client = self.node("client", ("lan", "172.33.0.30/24"))
        await self.start(client)
        connection = await client.connection()
        await connection.call("peers.subscribe", None, 5)
        other = self.lab.machine("other", ("lan", "172.33.0.40/24"))
        identity = Identity.generate()
        other.udp().sendto(Beacon.of(identity, CLIENT, 9100).encode(), ("172.33.0.255", BEACONS))

        def told():
            for event in getattr(connection, "notifications", []):
                if event.get("method") == "peers.event" and event["params"]["kind"] == "discovered":
                    return event["params"]["peer"]
            return None

        peer = await until(told, "peers.event of kind discovered")
        self.assertEqual((peer["node_id"], peer["address"]), (identity.node_id.hex(), "172.33.0.40:9100"))

    async def test_who_is_dialled(self):
        """DI-15, DI-18, DI-19, DI-23: clients are not dialled, unwanted roles neither, and a node without discovery is deaf
        and dumb."""
        first = self.node("first", ("lan", "172.33.0.1/24"))
        second = self.node("second", ("lan", "172.33.0.2/24"))
        picky = self.node("picky", ("lan", "172.33.0.3/24"), discovery=FAST + "\nconnect_relays = false")
        quiet = self.node("quiet", ("lan", "172.33.0.4/24"), discovery=FAST + "\nannounce = false")
        silent = self.node("silent", ("lan", "172.33.0.5/24"), relay=True, discovery="enabled = false")
        tap = self.lab.switch.tap("lan")
        await self.start(first, second, picky, quiet, silent)
        await self.until_discovered(first, second.id, picky.id)
        await self.until_discovered(quiet, first.id, second.id)
        # A relay that the independent peer announces.
        relay = self.lab.machine("relay", ("lan", "172.33.0.9/24"))
        listener = relay.listener(9100)
        identity = Identity.generate()
        relay.udp().sendto(Beacon.of(identity, CLIENT | RELAY, 9100).encode(), ("172.33.0.255", BEACONS))
        await self.until_discovered(picky, identity.node_id)
        await self.until_discovered(first, identity.node_id)
        await asyncio.sleep(1.5)
        dialled = set()
        with self.assertRaises(BlockingIOError):
            while True:
                connection, (address, _) = listener.accept()
                connection.close()
                dialled.add(address)
        self.assertEqual(dialled, {"172.33.0.1", "172.33.0.2", "172.33.0.4"})
        for daemon in (first, second, picky, quiet, silent):
            self.assertEqual(await daemon.linked(), set())
        self.assertEqual(await self.count(picky, "discovery_dialed"), 0)
        self.assertEqual(await self.count(silent, "discovery_found"), 0)
        self.assertNotIn(str(BEACONS), silent.machine.run("ss", "-Hlnu"))
        sent = {source: payload for source, target, payload in tap.datagrams(BEACONS) if target == "172.33.0.255"}
        self.assertEqual(sent.keys(), {"172.33.0.1", "172.33.0.2", "172.33.0.3", "172.33.0.9"})
        self.assertEqual(Beacon.decode(sent["172.33.0.1"]), Beacon.of(first.identity, CLIENT, PORT))
        self.assertEqual(len(sent["172.33.0.1"]), 56)

    async def test_a_peer_that_comes_back_elsewhere_is_dialled_there(self):
        relay = self.node("relay", ("lan", "172.33.0.20/24"), relay=True)
        client = self.node("client", ("lan", "172.33.0.30/24"))
        relay.machine.run("sysctl", "-qw", "net.ipv6.conf.all.disable_ipv6=1")
        await self.start(relay, client)
        await self.until_peers(client, relay)
        await relay.stop()
        await self.until_peers(client)
        relay.machine.ip("addr", "del", "172.33.0.20/24", "dev", "eth0")
        relay.machine.ip("addr", "add", "172.33.0.99/24", "brd", "+", "dev", "eth0")
        await relay.start()
        await self.until_peers(client, relay)
        peer = (await client.call("peers.list"))[0]
        self.assertEqual(peer["address"], "172.33.0.99:9100")

    async def test_ipv6_alone_is_enough(self):
        relay = self.node("relay", ("lan", None), relay=True)
        client = self.node("client", ("lan", None))
        await self.start(relay, client)
        await self.until_peers(client, relay)
        address = (await self.discovered(client))[relay.id][0]["address"]
        self.assertRegex(address, r"^\[fe80::[0-9a-f:]+%eth0\]:9100$")

    async def test_rubbish_does_no_harm(self):
        """DI-22: 10,000 random or truncated datagrams, and what is no more than nearly right."""
        client = self.node("client", ("lan", "172.33.0.30/24"))
        await self.start(client)
        noise = self.lab.machine("noise", ("lan", "172.33.0.66/24")).udp()
        genuine = Beacon.of(Identity.generate(), CLIENT | RELAY, 9100)
        foreign = Beacon(genuine.node_id, Identity.generate().public_key, RELAY, 9100).encode()
        portless = Beacon.of(Identity.generate(), RELAY, 0).encode()
        chance = random.Random(9101)
        shapes = [
            lambda: chance.randbytes(chance.randrange(600)),
            lambda: genuine.encode()[: chance.randrange(56)],
            lambda: MAGIC + bytes([chance.randrange(256)]) + chance.randbytes(chance.randrange(90)),
        ]
        for name, datagram in (("key_mismatch", foreign), ("no_port", portless), ("malformed", b"garbage")):
            noise.sendto(datagram, ("172.33.0.255", BEACONS))

            async def counted() -> bool:
                return await self.count(client, f"discovery_{name}") > 0

            await until(counted, f"discovery_{name} is counted", timeout=3, every=0.02)
        await asyncio.sleep(0.5)
        resident = client.resident_bytes
        began = time.monotonic()
        for number in range(10_000):
            try:
                noise.sendto(chance.choice(shapes)(), ("172.33.0.30", BEACONS))
            except BlockingIOError:
                await asyncio.sleep(0.001)
            if number % 200 == 0:
                await asyncio.sleep(0.002)
        relay = self.node("relay", ("lan", "172.33.0.20/24"), relay=True)
        await self.start(relay)
        await self.until_peers(client, relay)
        self.assertLess(client.resident_bytes - resident, 4 << 20)
        # How many the kernel's buffer let through is the machine's affair; of these the budget of one source was looked at.
        names = ("malformed", "other_form", "undecryptable", "key_mismatch", "no_port", "off_link")
        examined = sum([await self.count(client, f"discovery_{name}") for name in names])
        self.assertLessEqual(examined, 40 + 10 * (time.monotonic() - began) + 10)
        self.assertGreater(await self.count(client, "discovery_over_limit"), examined)
        self.assertIn("an announcement was dropped", client.log_text())


class OnOtherNetworks(DiscoveryCase):
    async def test_segments_of_a_line(self):
        """DI-14, DI-20, DI-21: another port, two interfaces, no default route; the client sees the relay only."""
        discovery = FAST + "\nport = 19101"
        client = self.node("client", ("c", "172.34.0.30/24"), discovery=discovery)
        relay = self.node("relay", ("c", "172.34.0.20/24"), ("g", "172.34.1.20/24"), relay=True, discovery=discovery)
        far = self.node("far", ("g", "172.34.1.10/24"), relay=True, discovery=discovery)
        taps = {segment: self.lab.switch.tap(segment) for segment in ("c", "g")}
        await self.start(client, relay, far)
        await self.until_peers(client, relay)
        await self.until_peers(far, relay)

        async def reached() -> bool:
            return await client.hops_to(far.id) == 2

        await until(reached, "the client has a route to the far node")
        self.assertEqual((await self.discovered(client)).keys(), {relay.id})
        for segment, source in (("c", "172.34.0.20"), ("g", "172.34.1.20")):
            self.assertIn(source, {sender for sender, _, _ in taps[segment].datagrams(19101)})
            self.assertEqual(taps[segment].datagrams(BEACONS), [])
        self.assertNotIn(":9101 ", relay.machine.run("ss", "-Hlnu"))

    async def test_interfaces_come_and_go(self):
        """A node that starts without any network finds others as soon as it is plugged in, and never asks the mesh's own
        interface, whatever routes lead there (DI-24)."""
        client = self.node("client")
        relay = self.node("relay", ("lan", "172.33.0.20/24"), relay=True)
        await self.start(client, relay)
        self.lab.plug(client.machine, "tunnel", "10.77.1.1/16", "pim0")
        for half in ("0.0.0.0/1", "128.0.0.0/1"):
            client.machine.ip("route", "add", half, "dev", "pim0")
        tunnel = self.lab.switch.tap("tunnel")
        self.assertEqual(await client.linked(), set())
        self.lab.plug(client.machine, "lan", "172.33.0.30/24", "eth7")
        await self.until_peers(client, relay)
        await asyncio.sleep(1)
        self.assertEqual(tunnel.datagrams(BEACONS), [])
        self.assertIn("the networks of this machine changed", client.log_text())

    async def test_two_nodes_on_one_machine_share_the_port(self):
        machine = self.lab.machine("both", ("lan", "172.33.0.5/24"))
        first = self.prepare("first", relay=True, discovery=FAST, launcher=machine.launcher)
        second = self.prepare("second", discovery=FAST, launcher=machine.launcher)
        await self.start(first, second)
        await self.until_peers(second, first)


class AgainstForgers(DiscoveryCase):
    async def test_another_node_at_the_announced_address_is_refused(self):
        """A beacon in the name of a node, from where another one lives; and a flood of invented nodes."""
        client = self.node("client", ("lan", "172.33.0.30/24"))
        liar = self.node("liar", ("lan", "172.33.0.66/24"), relay=True, discovery="enabled = false")
        await self.start(client, liar)
        forger = liar.machine.udp()
        victim = Identity.generate()
        forger.sendto(Beacon.of(victim, RELAY, PORT).encode(), ("172.33.0.255", BEACONS))

        async def refused() -> dict:
            return risen({}, await client.counters(), "forged_preamble|unexpected_identity")

        await until(refused, "the client refuses the other node")
        self.assertEqual(await client.linked(), set())
        self.assertEqual(await liar.linked(), set())
        # However many are invented, one source holds eight places and causes few attempts.
        for _ in range(300):
            forger.sendto(Beacon.of(Identity.generate(), RELAY, PORT).encode(), ("172.33.0.255", BEACONS))
        await asyncio.sleep(2)
        self.assertLessEqual(len(await client.call("peers.discovered")), 8)
        self.assertLessEqual(await self.count(client, "discovery_dialed"), 12)
        self.assertGreater(await self.count(client, "discovery_over_limit"), 100)
        # The liar itself is found all the same, and so are others.
        relay = self.node("relay", ("lan", "172.33.0.20/24"), relay=True)
        await self.start(relay)
        await self.until_peers(client, relay)

    async def test_private_mesh(self):
        """PM-5, PM-6, PM-10, PM-11: outsiders learn nothing, nobody listens to them, and what they play back is nothing."""
        relay = self.node("relay", ("lan", "172.42.0.10/24"), relay=True, mesh=private_mesh())
        client = self.node("client", ("lan", "172.42.0.20/24"), mesh=private_mesh())
        outsider = self.node("outsider", ("lan", "172.42.0.40/24"), relay=True)
        intruder = self.node("intruder", ("lan", "172.42.0.30/24"), relay=True, mesh=private_mesh("another passphrase"))
        tap = self.lab.switch.tap("lan")
        await self.start(relay, client, outsider, intruder)
        await self.until_peers(client, relay)
        for daemon, names in (
            (client, "discovery_other_form"), (client, "discovery_undecryptable"),
            (outsider, "discovery_other_form"), (intruder, "discovery_undecryptable"),
        ):
            await self.until_risen(daemon, {}, names, timeout=5)
        for daemon in (outsider, intruder):
            self.assertEqual(await daemon.linked(), set())
            self.assertEqual(await daemon.call("peers.discovered"), [])
        members = ("172.42.0.10", "172.42.0.20")
        sealed = [(source, payload) for source, _, payload in tap.datagrams(BEACONS) if source in members]
        self.assertTrue({source for source, _ in sealed} == set(members))
        key = MeshSecret.derive(PASSPHRASE, MESH_ID, *SMALL_KDF).discovery_key
        for source, payload in sealed:
            self.assertEqual(len(payload), 89)
            opened = Beacon.open(payload, key)
            self.assertIn(opened.node_id, {relay.id, client.id})
            for secret in (opened.node_id, opened.public_key, b"relay", b"client"):
                self.assertNotIn(secret, payload)
        self.assertEqual(len({payload[5:17] for _, payload in sealed}), len(sealed))

        # The recorded beacons of the relay, played back from an address where somebody listens and says nothing.
        replayer = self.lab.machine("replayer", ("lan", "172.42.0.66/24"))
        replayer.listener(PORT)
        sender = replayer.udp()
        recorded = [payload for source, payload in sealed if source == "172.42.0.10"]
        dialled_before = await self.count(client, "discovery_dialed")
        await relay.stop()
        await self.until_peers(client)
        for _ in range(40):
            sender.sendto(random.choice(recorded), ("172.42.0.255", BEACONS))
            await asyncio.sleep(0.05)
        self.assertEqual(await client.linked(), set())
        self.assertLessEqual(await self.count(client, "discovery_dialed") - dialled_before, 6)
        await relay.start()
        await self.until_peers(client, relay, timeout=15)
