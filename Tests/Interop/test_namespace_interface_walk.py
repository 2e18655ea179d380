"""A walk through all screens of the desktop UI, on real daemons: client - relay - gateway - internet."""

from __future__ import annotations

import asyncio
import time

from control_socket import Refused
from route_case import RouteCase
from ui_client import STREAMS, UserInterface
from waiting import until

NEARBY = "enabled = true\nbroadcast_interval_ms = 1000\npeer_timeout_ms = 20000"
RECEIPTS = "[plugins.messaging]\nread_receipts = true\n"


class Screens(RouteCase):
    """Every call in the order in which the UI makes it; ui_model.py says what each answer has to look like."""

    async def asyncSetUp(self):
        self.internet()
        self.client, self.relay, self.gateway = self.line(
            "client", "relay", "gateway", gateways=("gateway",), discovery=NEARBY, extra=RECEIPTS
        )
        await self.up(self.client, self.relay, self.gateway)
        await self.until_gateway(self.client, self.gateway)

    async def open(self, daemon) -> UserInterface:
        ui = await UserInterface.connect(daemon.socket)
        self.addAsyncCleanup(ui.close)
        await ui.start()
        return ui

    async def test_start_and_every_list(self):
        ui = await self.open(self.client)
        status = await ui.call("status")
        self.assertEqual(status["node_id"], self.client.id.hex())

        async def somebody_is_near() -> bool:
            return bool(await ui.call("peers.discovered"))

        await until(somebody_is_near, "somebody is seen nearby", every=0.2)
        for method in (
            "peers.list", "peers.discovered", "route.table", "gateway.preflight", "gateway.status", "config.get",
            "messages.list_conversations", "mesh.status", "plugins.list",
        ):
            with self.subTest(method):
                await ui.call(method)
        await ui.call("messages.history", {"peer_node_id": self.relay.id.hex(), "limit": 50})
        began = time.monotonic()
        uptimes = []
        while len(set(uptimes)) < 4 and time.monotonic() < began + 20:
            status, nearby = await ui.poll()
            uptimes.append(status["uptime_s"])
            self.assertTrue(nearby)
            await asyncio.sleep(1)
        self.assertEqual(uptimes, sorted(uptimes))
        self.assertLess(len(uptimes), 8, "the clock of the daemon stands still")
        for stream in STREAMS:
            await ui.call(f"{stream}.unsubscribe")
        await ui.close()

    async def test_configuration_screen(self):
        ui = await self.open(self.client)
        shown = await ui.call("config.get", {"format": "toml"})
        self.assertEqual(shown["config"], self.client.config.read_text())
        self.assertEqual((shown["source_path"], shown["format"]), (str(self.client.config), "toml"))
        wanted = shown["config"].replace("[routing]", "[routing]\nkill_switch = true")
        checked = await ui.call("config.save", {"config": wanted, "format": "toml", "dry_run": True})
        self.assertEqual((checked["saved"], self.client.config.read_text()), (False, shown["config"]))
        saved = await ui.call("config.save", {"config": wanted, "format": "toml", "dry_run": False})
        self.assertEqual((saved["saved"], saved["requires_restart"]), (True, []))
        self.assertEqual(self.client.config.read_text(), wanted)
        again = await ui.call("config.get", {"format": "toml"})
        self.assertEqual(again["config"], wanted)
        self.assertGreater(again["last_modified"], shown["last_modified"])
        with self.assertRaises(Refused) as refusal:
            await ui.call("config.save", {"config": wanted.replace("9100", '"many"', 1), "dry_run": True})
        self.assertEqual(refusal.exception.code, -32020)
        [problem] = refusal.exception.data
        self.assertEqual(problem["path"], "transport.listen_port")
        self.assertIn('"many"', wanted.replace("9100", '"many"', 1).splitlines()[problem["line"] - 1])
        await ui.close()

    async def test_gateway_screen(self):
        ui = await self.open(self.gateway)
        preflight = await ui.call("gateway.preflight")
        self.assertIn("up0", preflight["suggested_nat_interfaces"])
        await ui.call("gateway.disable")
        self.assertFalse((await ui.call("gateway.status"))["active"])
        self.assertNotIn("inet pim", self.gateway.machine.run("nft", "list", "tables"))
        await ui.call("gateway.enable", {"nat_interface": "up0", "max_connections": 100})
        self.assertEqual((await ui.call("gateway.status"))["conntrack"]["max"], 100)
        self.assertIn("inet pim", self.gateway.machine.run("nft", "list", "tables"))
        await until(lambda: {"enabled", "disabled"} <= ui.kinds("gateway"), "both events of the gateway")
        await until(lambda: "role_changed" in ui.kinds("status"), "the event of the role")
        await ui.close()

    async def test_peers_screen(self):
        ui = await self.open(self.client)
        near, far = self.cable(self.client.machine, self.gateway.machine)
        pairing = {"address": f"{far}:9100", "mechanism": "tcp", "trust": "persist", "label": "the way out"}
        paired = await ui.call("peers.pair", pairing)
        self.assertEqual((paired["node_id"], paired["label"]), (self.gateway.id.hex(), "the way out"))
        self.assertIn(far, self.client.config.read_text())
        await ui.call("peers.remove", {"node_id": self.gateway.id.hex()})
        self.assertNotIn(far, self.client.config.read_text())
        added = await ui.call("peers.add_static", {"address": "10.1.1.77:9100", "mechanism": "tcp", "label": "nobody"})
        listed = await ui.call("peers.list")
        self.assertIn("nobody", [peer["label"] for peer in listed])
        await ui.call("peers.remove", {"config_entry_id": added["config_entry_id"]})
        self.assertNotIn("10.1.1.77", self.client.config.read_text())
        with self.assertRaises(Refused) as refusal:
            await ui.call("peers.pair", {"address": "10.1.1.2:9", "mechanism": "tcp", "trust": "once"})
        self.assertEqual(refusal.exception.code, -32013)
        await until(lambda: "pair_failed" in ui.kinds("peers"), "the event of the failure")
        await ui.close()

    async def test_route_switch(self):
        ui = await self.open(self.client)
        self.assertTrue((await ui.call("route.set_split_default", {"on": True}))["on"])
        await self.until_seen_as(self.client, self.gateway.uplink4)
        self.assertTrue((await ui.call("status"))["route_on"])
        self.assertFalse((await ui.call("route.set_split_default", {"on": False}))["on"])
        await until(lambda: not self.routes(self.client.machine), "the routes are gone")
        await until(lambda: {"route_on", "route_off"} <= ui.kinds("status"), "both events of the switch")
        await ui.close()

    async def test_messages_screen(self):
        ui, other = await self.open(self.client), await self.open(self.gateway)
        here, there = ({"peer_node_id": daemon.id.hex()} for daemon in (self.client, self.gateway))
        sent = await ui.call("messages.send", {**there, "body": "are you\nthere"})
        await until(lambda: "message_received" in other.kinds("messages"), "the message arrives")
        [conversation] = (await other.call("messages.list_conversations"))["conversations"]
        self.assertEqual((conversation["unread_count"], conversation["last_message_preview"]), (1, "are you there"))
        [received] = (await other.call("messages.history", {**here, "limit": 50}))["messages"]
        self.assertEqual((received["id"], received["body"]), (sent["id"], "are you\nthere"))
        read = await other.call("messages.mark_read", {**here, "up_to_ts_ms": received["timestamp_ms"]})
        self.assertEqual(read["unread_count"], 0)

        def statuses() -> list[str]:
            events = [params for name, params in ui.events if name == "messages.event"]
            return [event["new_status"] for event in events if event["kind"] == "message_status"]

        await until(lambda: "read" in statuses(), "the sender hears that it was read")
        self.assertEqual(await ui.call("messages.delete_conversation", there),
                         {"deleted_messages": 1, "deleted_conversation": True})
        self.assertEqual(await other.call("messages.delete_all"), {"deleted_messages": 1, "deleted_conversations": 1})
        for screen in (ui, other):
            await until(lambda: "history_cleared" in screen.kinds("messages"), "the history is cleared on the screen")
            await screen.close()

    async def test_log_screen(self):
        ui = await UserInterface.connect(self.client.socket)
        self.addAsyncCleanup(ui.close)
        await ui.call("rpc.hello", {"client": "pim-ui/0.0.1", "rpc_version": 1})
        filters = {"min_level": "info", "levels": ["warn"], "sources": ["pim_daemon::mesh"]}
        await ui.call("logs.subscribe", filters)
        # What the file has of the same.
        logged = [line for line in self.client.log_text().splitlines() if " WARN pim_daemon::mesh" in line]

        def shown() -> list[dict]:
            return [params for name, params in ui.events if name == "logs.event"]

        await self.relay.kill()
        await until(lambda: len(shown()) > len(logged), "the history, and what is new", timeout=40)
        self.assertEqual({(line["level"], line["source"]) for line in shown()}, {("warn", "pim_daemon::mesh")})
        for line, event in zip(logged, shown()):
            self.assertIn(event["message"], line)
        await ui.close()
        await self.relay.start()
