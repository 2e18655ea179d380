"""Peers that are added, paired, announced to and removed while a daemon runs."""

from __future__ import annotations

import asyncio
import tomllib

from control_socket import ControlSocket, Refused
from daemon import Daemon, free_port
from mesh_case import MeshCase
from waiting import until


class PeersAtRunTime(MeshCase):
    async def refusal(self, daemon: Daemon, method: str, params) -> Refused:
        with self.assertRaises(Refused) as caught:
            await daemon.call(method, params)
        return caught.exception

    def written(self, daemon: Daemon) -> list[dict]:
        return tomllib.loads(daemon.config.read_text()).get("peers", [])

    async def until_linked_daemons(self, first: Daemon, second: Daemon) -> None:
        async def linked() -> bool:
            return second.id in await first.linked()

        await until(linked, f"{first.name} and {second.name} are linked")

    async def until_parted(self, first: Daemon, second: Daemon) -> None:
        async def parted() -> bool:
            return second.id not in await first.linked()

        await until(parted, f"{first.name} and {second.name} are parted")

    async def row(self, daemon: Daemon, node: bytes) -> dict:
        return next(peer for peer in await daemon.call("peers.list") if peer["node_id"] == node.hex())

    async def listener(self, daemon: Daemon, *streams: str) -> ControlSocket:
        connection = await ControlSocket.connect(daemon.socket)
        self.addAsyncCleanup(connection.close)
        for stream in streams:
            await connection.call(f"{stream}.subscribe")
        return connection

    async def event(self, connection: ControlSocket, method: str, kind: str, of: Daemon | None = None, **members) -> dict:
        """The first event of a kind, about a node and with these members of its peer if they are given."""
        wanted = members | ({"node_id": of.id.hex()} if of else {})

        def found() -> dict | None:
            for notification in connection.notifications:
                event = notification["params"]
                if notification["method"] == method and event["kind"] == kind:
                    if wanted.items() <= event["peer"].items():
                        return event
            return None

        return await until(found, f"{method} {kind}")

    async def test_a_peer_is_added_dialled_and_removed(self):
        a, b = await self.daemon("a"), await self.daemon("b")
        before = a.config.read_text()
        address = f"127.0.0.1:{b.port}"
        answer = await a.call("peers.add_static", {"address": address, "mechanism": "tcp", "label": "bee"})
        self.assertEqual(answer, {"node_id": None, "config_entry_id": f"entry-tcp-{address}", "_label": "bee"})
        await self.until_linked_daemons(a, b)
        row = await self.row(a, b.id)
        self.assertEqual((row["label"], row["static"], row["state"]), ("bee", True, "active"))
        self.assertEqual(self.written(a), [{"label": "bee", "mechanism": "tcp", "address": address}])
        twice = await self.refusal(a, "peers.add_static", {"address": address})
        self.assertEqual((twice.code, twice.data), (-32011, {"config_entry_id": f"entry-tcp-{address}"}))
        self.assertIsNone(await a.call("peers.remove", {"config_entry_id": f"entry-tcp-{address}"}))
        await self.until_parted(a, b)
        self.assertEqual(self.written(a), [])
        self.assertTrue(a.config.read_text().startswith(before))
        gone = await self.refusal(a, "peers.remove", {"config_entry_id": f"entry-tcp-{address}"})
        self.assertEqual(gone.code, -32010)

    async def test_a_peer_is_removed_by_the_node_that_answered(self):
        a, b = await self.daemon("a"), await self.daemon("b")
        address = f"127.0.0.1:{b.port}"
        await a.call("peers.add_static", {"address": address})
        await self.until_linked_daemons(a, b)
        await a.call("peers.remove", {"node_id": b.id.hex()})
        await self.until_parted(a, b)
        self.assertEqual(self.written(a), [])

    async def test_what_is_no_peer_is_refused(self):
        a = await self.daemon("a")
        for params, code in (
            ({"address": "nowhere"}, -32012),
            ({"address": "127.0.0.1:0"}, -32012),
            ({"address": "::1:9100"}, -32012),
            ({"address": "127.0.0.1:9100", "mechanism": "bluetooth"}, -32002),
            ({"address": "127.0.0.1:9100", "mechanism": "pigeon"}, -32602),
            ({"address": "127.0.0.1:9100", "node_id": a.id.hex()}, -32602),
            ({}, -32602),
        ):
            self.assertEqual((await self.refusal(a, "peers.add_static", params)).code, code, params)
        self.assertEqual((await self.refusal(a, "peers.remove", {})).code, -32602)
        self.assertEqual((await self.refusal(a, "peers.remove", {"node_id": "ab" * 16})).code, -32010)
        self.assertEqual(self.written(a), [])

    async def test_pairing_once_leaves_no_trace(self):
        a, b = await self.daemon("a"), await self.daemon("b")
        before = a.config.read_text()
        peer = await a.call("peers.pair", {"address": f"127.0.0.1:{b.port}", "trust": "once", "label": "visitor"})
        self.assertEqual((peer["node_id"], peer["state"], peer["label"]), (b.id.hex(), "active", "visitor"))
        row = await self.row(a, b.id)
        self.assertEqual((row["static"], row["label"]), (False, "visitor"))
        self.assertEqual(a.config.read_text(), before)
        await b.stop()
        await self.until_parted(a, b)

        async def not_dialled() -> bool:
            return not await a.call("peers.list")

        await until(not_dialled, "nobody dials the visitor any more")

    async def test_pairing_for_good_binds_the_address_to_the_node(self):
        a, b = await self.daemon("a"), await self.daemon("b")
        address = f"127.0.0.1:{b.port}"
        peer = await a.call("peers.pair", {"address": address, "trust": "persist", "label": "friend"})
        self.assertEqual(peer["node_id"], b.id.hex())
        self.assertEqual(
            self.written(a),
            [{"label": "friend", "mechanism": "tcp", "address": address, "node_id": b.id.hex()}],
        )
        await a.stop()
        await a.start()
        await self.until_linked_daemons(a, b)
        self.assertTrue((await self.row(a, b.id))["static"])

    async def test_pairing_fails_with_its_reason(self):
        a, b = await self.daemon("a"), await self.daemon("b")
        connection = await self.listener(a, "peers")
        closed = f"127.0.0.1:{free_port()}"
        error = await self.refusal(a, "peers.pair", {"address": closed})
        self.assertEqual(error.code, -32013)
        self.assertIn(f"peers.pair: {closed}: Connection refused", str(error))
        event = await self.event(connection, "peers.event", "pair_failed")
        self.assertEqual(event["peer"]["address"], closed)
        self.assertTrue(event["reason"])
        other = {"address": f"127.0.0.1:{b.port}", "node_id": "ab" * 16}
        self.assertEqual((await self.refusal(a, "peers.pair", other)).code, -32013)
        self.assertEqual((await self.refusal(a, "peers.pair", {"node_id": "ab" * 16})).code, -32010)
        self.assertEqual((await self.refusal(a, "peers.pair", {})).code, -32602)
        # A node that has a link is not said to have none because it is not where it was looked for.
        await a.call("peers.pair", {"address": f"127.0.0.1:{b.port}", "label": "bee"})
        connection.notifications.clear()
        await self.refusal(a, "peers.pair", {"address": closed, "node_id": b.id.hex()})
        event = await self.event(connection, "peers.event", "pair_failed")
        self.assertEqual((event["peer"]["state"], event["peer"]["label"]), ("active", "bee"))

    async def test_changes_of_listed_peers_are_told(self):
        a, b = await self.daemon("a"), await self.daemon("b")
        connection = await self.listener(a, "peers")
        address = f"127.0.0.1:{b.port}"
        await a.call("peers.add_static", {"address": address, "label": "bee", "node_id": b.id.hex()})
        await self.event(connection, "peers.event", "connected", of=b)
        measured = await self.event(connection, "peers.event", "state_changed", of=b, state="active", label="bee")
        self.assertIsNotNone(measured["peer"]["latency_ms"])
        await b.kill()
        failed = await self.event(connection, "peers.event", "state_changed", of=b, state="failed")
        self.assertTrue(failed["peer"]["failure"]["reason"])
        # How long it has been away is known, too.
        async def silence() -> bool:
            return (await self.row(a, b.id))["last_seen_s"] >= 2
        await until(silence, "the peer was seen a while ago")
        connection.notifications.clear()
        await a.call("peers.remove", {"node_id": b.id.hex()})
        await self.event(connection, "peers.event", "disconnected", of=b)
        self.assertEqual(await a.call("peers.list"), [])

    async def test_what_is_no_node_is_told_from_what_is_silent(self):
        a = await self.daemon("a")

        async def web(_, writer: asyncio.StreamWriter) -> None:
            writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
            await writer.drain()
            writer.close()

        async def silence(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.read()
            writer.close()

        ports = []
        for answer in (web, silence):
            server = await asyncio.start_server(answer, "127.0.0.1", 0)
            self.addCleanup(server.close)
            ports.append(server.sockets[0].getsockname()[1])
        foreign, silent = (f"127.0.0.1:{port}" for port in ports)
        error = await self.refusal(a, "peers.pair", {"address": foreign})
        self.assertEqual(error.code, -32013)
        self.assertIn(f"{foreign}: no PIM node answers there", str(error))
        done = await asyncio.to_thread(a.pim, "peers", "pair", silent, "--timeout", "1")
        self.assertEqual(done.returncode, 1)
        self.assertEqual(done.stderr, f"pim: {silent} did not answer within 1.0 seconds\n")

    async def test_pairing_for_good_adds_to_the_list(self):
        a = await self.daemon("a", security='authorization_policy = "allow_list"\nauthorized_peers = []')
        b = await self.daemon("b")
        address = f"127.0.0.1:{b.port}"
        error = await self.refusal(a, "peers.pair", {"address": address, "trust": "persist"})
        self.assertEqual(error.code, -32013)
        await a.call("peers.pair", {"address": address, "node_id": b.id.hex(), "trust": "persist"})
        security = tomllib.loads(a.config.read_text())["security"]
        self.assertEqual(security["authorized_peers"], [b.id.hex()])

    async def test_pairing_side_by_side_loses_nobody(self):
        a = await self.daemon("a", security='authorization_policy = "allow_list"\nauthorized_peers = []')
        others = [await self.daemon(f"other{number}") for number in range(4)]
        await asyncio.gather(
            *(
                a.call("peers.pair", {"address": f"127.0.0.1:{b.port}", "node_id": b.id.hex(), "trust": "persist"})
                for b in others
            )
        )
        written = tomllib.loads(a.config.read_text())
        self.assertEqual(set(written["security"]["authorized_peers"]), {b.id.hex() for b in others})
        self.assertEqual({peer["node_id"] for peer in written["peers"]}, {b.id.hex() for b in others})

    async def test_who_leaves_while_pairing_admits_nobody(self):
        a = await self.daemon("a", security='authorization_policy = "allow_list"\nauthorized_peers = []')
        b = self.prepare("b", peers=(f"127.0.0.1:{a.port}",))
        silent = await asyncio.start_server(lambda reader, writer: None, "127.0.0.1", 0)
        self.addCleanup(silent.close)
        address = f"127.0.0.1:{silent.sockets[0].getsockname()[1]}"
        connection = await ControlSocket.connect(a.socket)
        pairing = asyncio.create_task(connection.call("peers.pair", {"address": address, "node_id": b.id.hex()}))

        async def is_dialled() -> bool:
            return any(peer["address"] == address for peer in await a.call("peers.list"))

        await until(is_dialled, "a dials")
        await connection.close()
        await asyncio.gather(pairing, return_exceptions=True)

        async def is_forgotten() -> bool:
            return not await is_dialled()

        await until(is_forgotten, "a dials no more")
        await b.start()
        await self.until_logged(a, "rejected by authorization policy")
        self.assertNotIn(b.id, await a.linked())

    async def test_a_node_is_only_written_down_where_it_is_known(self):
        a, b = await self.daemon("a"), await self.daemon("b")
        await a.call("peers.pair", {"address": f"127.0.0.1:{b.port}"})
        elsewhere = {"address": "192.0.2.1:1", "node_id": b.id.hex(), "trust": "persist"}
        self.assertEqual((await self.refusal(a, "peers.pair", elsewhere)).code, -32013)
        self.assertEqual(self.written(a), [])
        # Paired by address alone, it is removed by what it is.
        self.assertIsNone(await a.call("peers.remove", {"node_id": b.id.hex()}))
        await self.until_parted(a, b)

    async def test_a_dynamic_connection_names_who_has_to_answer(self):
        a, b = await self.daemon("a"), await self.daemon("b")
        address = f"127.0.0.1:{b.port}"
        answer = await a.call("peers.connect_dynamic", {"node_id": b.id.hex().upper(), "address": address})
        self.assertEqual(answer, {"node_id": b.id.hex(), "address": address, "status": "connected"})
        self.assertIn(b.id, await a.linked())
        # A link on request is nothing of the configuration, wherever one looks.
        [listed], [noted] = await a.call("peers.list"), (await a.call("debug.snapshot"))["peers"]
        self.assertEqual((listed["static"], listed["label"], noted["configured"]), (False, "b", False))
        for params, code in (
            ({"node_id": "ab" * 16, "address": address}, -32603),
            ({"node_id": b.id.hex(), "address": "localhost:9100"}, -32602),
            ({"node_id": "é" * 16, "address": address}, -32602),
            ({"node_id": "+f" * 16, "address": address}, -32602),
        ):
            self.assertEqual((await self.refusal(a, "peers.connect_dynamic", params)).code, code, params)

    async def test_a_peer_that_dials_first_is_still_the_configured_one(self):
        b = await self.daemon("b")
        # Nobody answers at the address of the file; the link comes from the other side.
        entry = '[[peers]]\nlabel = "attic"\nmechanism = "tcp"\naddress = "127.0.0.1:1"\n'
        entry += f'node_id = "{b.id.hex()}"\n'
        a = await self.daemon("a", extra=entry)
        await b.call("peers.connect_dynamic", {"node_id": a.id.hex(), "address": f"127.0.0.1:{a.port}"})
        await until(a.linked, "the link")
        [listed], [noted] = await a.call("peers.list"), (await a.call("debug.snapshot"))["peers"]
        self.assertEqual((listed["static"], listed["label"], noted["configured"]), (True, "attic", True))

    async def test_announcements_change_at_once_and_in_the_file(self):
        a = await self.daemon("a", extra="[messaging.broadcast] # mine\nwatch_incoming = true\n")
        state = await a.call("peers.set_broadcast_config", {"outgoing_interval_s": 45, "watch_incoming": False})
        self.assertEqual((state["outgoing_interval_s"], state["watch_incoming"]), (45, False))
        self.assertEqual(await a.call("peers.get_broadcast_state"), state)
        section = tomllib.loads(a.config.read_text())["messaging"]["broadcast"]
        self.assertEqual(section, {"outgoing_interval_s": 45, "watch_incoming": False})
        self.assertIn("[messaging.broadcast] # mine", a.config.read_text())
        # Absent leaves it alone, null ends it.
        state = await a.call("peers.set_broadcast_config", {"min_peer_interval_s": 3})
        self.assertEqual((state["outgoing_interval_s"], state["min_peer_interval_s"]), (45, 3))
        state = await a.call("peers.set_broadcast_config", {"outgoing_interval_s": None})
        self.assertIsNone(state["outgoing_interval_s"])
        self.assertNotIn("outgoing_interval_s", a.config.read_text())
        for seconds in (29, 0, -1, -0.5):
            params = {"outgoing_interval_s": seconds}
            self.assertEqual((await self.refusal(a, "peers.set_broadcast_config", params)).code, -32041, seconds)
        for params in ({"min_peer_interval_s": 0}, {"outgoing_interval_s": "45"}, {"watch_incoming": 1}):
            self.assertEqual((await self.refusal(a, "peers.set_broadcast_config", params)).code, -32602, params)

    async def test_clients_hear_of_nodes_that_come_and_go(self):
        relay = await self.daemon("relay")
        address = f"127.0.0.1:{relay.port}"
        a = self.prepare("a", peers=(address,))
        c = self.prepare("c", peers=(address,))
        await a.start()
        connection = await self.listener(a, "peers")
        if relay.id not in await a.linked():
            linked = await self.event(connection, "peers.event", "connected")
            self.assertEqual((linked["peer"]["node_id"], linked["peer"]["state"]), (relay.id.hex(), "active"))
        await c.start()
        seen = await self.event(connection, "peers.event", "state_changed", of=c)
        self.assertEqual(seen["peer"]["state"], "relayed")
        self.assertRegex(seen["at"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$")
        await c.stop()
        gone = await self.event(connection, "peers.event", "disconnected")
        self.assertEqual(gone["peer"]["node_id"], c.id.hex())
        self.assertTrue(gone["reason"])

    async def test_nodes_behind_a_relay_are_listed_as_relayed(self):
        relay = await self.daemon("relay")
        address = f"127.0.0.1:{relay.port}"
        a, c = await self.daemon("a", peers=(address,)), await self.daemon("c", peers=(address,))

        async def relayed() -> dict | None:
            peers = (await a.call("status"))["peers"]
            return next((peer for peer in peers if peer["node_id"] == c.id.hex()), None)

        peer = await until(relayed, "a sees c", timeout=20)
        self.assertEqual((peer["state"], peer["transport"], peer["route_hops"]), ("relayed", "relay", 2))
        self.assertEqual({p["node_id"] for p in await a.call("peers.list")}, {relay.id.hex()})
        wider = await a.call("peers.list", {"include_relayed": True})
        self.assertEqual({p["node_id"] for p in wider}, {relay.id.hex(), c.id.hex()})

    async def test_latency_is_measured_for_every_peer(self):
        relay = await self.daemon("relay")
        address = f"127.0.0.1:{relay.port}"
        a, c = await self.daemon("a", peers=(address,)), await self.daemon("c", peers=(address,))
        mute = await self.daemon("mute", peers=(address,), extra="[plugins.diagnostics]\nenabled = false\n")
        others = {relay.id.hex(), c.id.hex(), mute.id.hex()}

        async def latencies() -> dict[str, int | None]:
            return {peer["node_id"]: peer["latency_ms"] for peer in (await a.call("status"))["peers"]}

        # The neighbour before its first round of pings is due, and who is behind it because somebody looks.
        await until(lambda: a.linked(), "a link")
        await until(lambda: self.measured(latencies, relay), "the neighbour", timeout=8)
        await until(lambda: self.measured(latencies, c), "the node behind it", timeout=20)
        known = await latencies()
        self.assertEqual(set(known), others)
        self.assertLess(max(known[relay.id.hex()], known[c.id.hex()]), 1000)
        # Nothing is made up for one that does not answer.
        self.assertIsNone(known[mute.id.hex()])

    @staticmethod
    async def measured(latencies, daemon: Daemon) -> bool:
        return (await latencies()).get(daemon.id.hex()) is not None
