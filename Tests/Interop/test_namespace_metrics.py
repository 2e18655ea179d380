"""What a gateway and its client tell Prometheus and the debug file, with packets going out."""

from __future__ import annotations

import unittest

from mesh_lab import WEB4, LabCase
from test_process_metrics import parsed
from waiting import until

PORT = 9464


class GatewayMetrics(LabCase):
    def scrape(self, daemon) -> dict:
        return parsed(daemon.machine.run("curl", "-sf", "--max-time", "5", f"http://127.0.0.1:{PORT}/metrics"))

    async def test_a_gateway_and_a_client_in_use(self):
        self.internet()
        client, relay, gateway = self.line(
            "client", "relay", "gateway", gateways=("gateway",), extra=f"[metrics]\nlisten = {PORT}\n"
        )
        await self.up(client, relay, gateway)
        await self.until_gateway(client, gateway)
        before = self.scrape(gateway)
        self.assertEqual(before["pim_gateway_active"], {(): 1})
        await client.call("route.set_split_default", {"on": True})
        await self.until_pings(client, WEB4)
        self.assertIsNotNone(client.machine.fetch(f"http://{WEB4}/"))

        def passed() -> dict | None:
            found = self.scrape(gateway)
            grown = all(
                found["pim_gateway_bytes_total"][(("direction", way),)]
                > before["pim_gateway_bytes_total"][(("direction", way),)]
                for way in ("in", "out")
            )
            return found if grown else None

        found = await until(passed, "the gateway counts what passes", timeout=15, every=0.3)
        [(scope, most)] = found["pim_gateway_connections_max"].items()
        [used] = found["pim_gateway_connections"].values()
        self.assertIn(scope, [(("scope", "gateway"),), (("scope", "host"),)])
        self.assertTrue(0 <= used <= most)

        found = self.scrape(client)
        self.assertEqual(found["pim_selected_gateway"], {(("gateway", gateway.id.hex()),): 1})
        self.assertEqual((found["pim_default_route_on"], found["pim_gateway_active"]), ({(): 1}, {(): 0}))
        self.assertEqual((found["pim_routes"], found["pim_gateways"]), ({(): 2}, {(): 1}))
        self.assertNotIn("pim_gateway_bytes_total", found)
        found = self.scrape(relay)
        self.assertGreater(found["pim_forwarded_packets_total"][()], 2)
        self.assertGreater(found["pim_forwarded_bytes_total"][()], 200)
        linked = {labels: count for labels, count in found["pim_peers"].items() if count}
        self.assertEqual(linked, {(("state", "active"), ("link_security", "sealed")): 2})

        # The gateway is a neighbour, and neighbouring gateways are probed.
        def latency() -> float | None:
            return self.scrape(relay).get("pim_peer_latency_seconds", {}).get((("peer", gateway.id.hex()),))

        await until(lambda: latency() is not None, "the relay knows how far the gateway is", timeout=30, every=1)
        self.assertLess(latency(), 1)

        [selected] = (await client.call("debug.snapshot"))["gateways"]
        self.assertEqual((selected["node_id"], selected["selected"]), (gateway.id.hex(), True))
        self.assertEqual((selected["next_hop_id"], selected["mesh_ip"]), (relay.id.hex(), gateway.ipv4))
        snapshot = await gateway.call("debug.snapshot")
        self.assertTrue(snapshot["node"]["is_gateway"])
        self.assertEqual((snapshot["node"]["mesh_ip"], snapshot["gateways"]), (gateway.ipv4, []))


if __name__ == "__main__":
    unittest.main()
