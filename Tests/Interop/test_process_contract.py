"""What daemons say on the control socket, against docs/openrpc.json."""

from __future__ import annotations

import copy
import unittest

from contract import BrokenContract, contract
from control_socket import ControlSocket, Refused
from mesh_case import MeshCase
from pim_peer.identity import Identity
from waiting import until


class Said(MeshCase):
    """Every call and every connection of these tests checks what it receives; see control_socket.py."""

    async def listener(self, daemon) -> ControlSocket:
        connection = await ControlSocket.connect(daemon.socket)
        self.addAsyncCleanup(connection.close)
        for event in contract().document["x-notifications"]:
            await connection.call(event["subscribe"])
        return connection

    async def kinds(self, connection: ControlSocket, stream: str) -> set[str]:
        events = [m["params"] for m in connection.notifications if m.get("method") == f"{stream}.event"]
        return {event["kind"] for event in events}

    async def test_what_two_daemons_with_something_to_say_answer_is_documented(self):
        a = await self.daemon("a")
        listener = await self.listener(a)
        b = await self.daemon("b", peers=(f"127.0.0.1:{a.port}",))
        await until(lambda: self.linked(a, b), "a and b are linked")
        await self.until_delivered(a, b, await a.send(b.id, "there"), "there")
        await self.until_delivered(b, a, await b.send(a.id, "and back"), "and back")
        node = {"node_id": b.id.hex()}
        peer = {"peer_node_id": b.id.hex()}
        for method, params in [
            ("status", None),
            ("peers.list", {"include_relayed": True}),
            ("peers.discovered", None),
            ("peers.get_broadcast_state", None),
            ("peers.broadcast_identity_now", None),
            ("peers.import_identity", {"node_id": "ab" * 16, "x25519_pubkey": Identity.generate().x25519_public.hex()}),
            ("peers.find", {"text": "abab"}),
            ("peers.find", {"text": "b"}),
            ("peers.forget", {"node_id": "ab" * 16}),
            ("peers.revoked", None),
            ("route.table", None),
            ("gateway.preflight", None),
            ("gateway.status", None),
            ("mesh.status", None),
            ("config.get", None),
            ("plugins.list", None),
            ("logs.subscribe", {"min_level": "warn"}),
            ("logs.unsubscribe", None),
            ("messages.list_conversations", None),
            ("messages.history", peer),
            ("messages.mark_read", {**peer, "up_to_ts_ms": 2**52}),
            ("messages.delete_conversation", peer),
            ("messages.delete_all", None),
            ("peers.revoke", node),
            ("peers.revoked", None),
            ("peers.restore", node),
        ]:
            with self.subTest(method=method):
                await a.call(method, params)
        # Both ends of the connection have events of their own.
        await until(
            lambda: self.heard(listener, "peers", {"connected", "disconnected"}), "the listener hears of the session"
        )
        wanted = {"message_queued", "message_received", "message_status", "peer_seen", "history_cleared"}
        await until(lambda: self.heard(listener, "messages", wanted), "the listener hears of messages")

    async def linked(self, a, b) -> bool:
        return b.id in await a.linked()

    async def heard(self, connection: ControlSocket, stream: str, wanted: set[str]) -> bool:
        return wanted <= await self.kinds(connection, stream)

    async def test_refusals_are_documented(self):
        daemon = await self.daemon("strict")
        for method in sorted(contract().methods - {"daemon.shutdown"}):
            with self.subTest(method=method):
                try:
                    await daemon.call(method, {"node_id": 5, "peer_node_id": 5, "on": 5, "config": 5, "min_level": 5})
                except Refused:
                    pass


class Contract(unittest.TestCase):
    """The checks themselves: what is not as documented is noticed."""

    def example(self, method: str):
        entry = next(m for m in contract().document["methods"] if m["name"] == method)
        return copy.deepcopy(entry["examples"][0]["result"]["value"])

    def test_every_example_is_as_documented(self):
        for method in contract().document["methods"]:
            contract().check_result(method["name"], method["examples"][0]["result"]["value"])
        for event in contract().document["x-notifications"]:
            for params in event["examples"]:
                contract().check_notification({"jsonrpc": "2.0", "method": event["name"], "params": params})

    def test_what_is_not_documented_is_noticed(self):
        status = self.example("status")
        contract().check_result("status", status)
        broken = {
            "a member more": {**status, "mood": "good"},
            "a member less": {name: value for name, value in status.items() if name != "role"},
            "another type": {**status, "uptime_s": "long"},
            "a word more": {**status, "role": ["king"]},
            "no NodeID": {**status, "node_id": "AB" * 16},
            "deep inside": {**status, "peers": [{**status["peers"][0], "mood": "good"}]},
        }
        for what, value in broken.items():
            with self.subTest(what), self.assertRaises(BrokenContract):
                contract().check_result("status", value)
        with self.assertRaises(BrokenContract):
            contract().check_result("no.such.method", {})
        with self.assertRaises(BrokenContract):
            contract().check_error("status", {"code": -32060, "message": "not one of this method's"})
        with self.assertRaises(BrokenContract):
            contract().check_notification({"jsonrpc": "2.0", "method": "no.event", "params": {}})
        with self.assertRaises(BrokenContract):
            contract().check_notification({"jsonrpc": "2.0", "method": "status.event", "params": {"kind": "x"}})
