"""The files a daemon keeps for other programs, and the snapshot on its control socket."""

from __future__ import annotations

import json
import stat
import time
import unittest
from pathlib import Path

from daemon import Daemon
from mesh_case import MeshCase
from waiting import until

STATISTICS = [
    "peers", "routes", "packets_forwarded", "bytes_forwarded", "packets_dropped", "congestion_drops", "conntrack_size",
    "uptime_secs",
]  # fmt: skip
SNAPSHOT = {"version", "generated_at_unix_secs", "node", "stats", "peers", "discovered_peers", "routes", "gateways"}
NODE = {"name", "node_id", "short_id", "is_gateway", "mesh_ip", "mesh_prefix_len"}
PEER = {
    "node_id", "short_id", "addr", "mechanism", "direct", "configured", "discovered", "last_heartbeat_age_ms",
}  # fmt: skip
ROUTE = {
    "destination_id", "destination_short_id", "next_hop_id", "next_hop_short_id", "learned_from_id",
    "learned_from_short_id", "hops", "is_gateway", "gateway_load", "rtt_ms", "mesh_ip", "age_ms",
    "next_hop_blacklisted",
}  # fmt: skip


class Files(MeshCase):
    def places(self, name: str) -> tuple[Path, Path, str]:
        statistics, snapshot = self.root / f"{name}.stats", self.root / f"{name}.json"
        return statistics, snapshot, f'[files]\nstatistics = "{statistics}"\ndebug_snapshot = "{snapshot}"\n'

    async def test_both_files_say_what_the_mesh_is_like(self):
        statistics, snapshot, extra = self.places("one")
        daemon = await self.daemon("one", extra=extra)
        await until(lambda: statistics.exists() and snapshot.exists(), "both files are there", timeout=5)
        for path in (statistics, snapshot):
            self.assertEqual(stat.S_IMODE(path.stat().st_mode), 0o640)
        lines = statistics.read_text().splitlines()
        self.assertEqual([line.split("=")[0] for line in lines], STATISTICS)
        self.assertTrue(all(line.split("=")[1].isdecimal() for line in lines), lines)

        peer = await self.linked_peer(daemon)
        found = await until(
            lambda: next((s for s in [json.loads(snapshot.read_text())] if s["peers"]), None), "the peer is in it"
        )
        self.assertEqual(set(found), SNAPSHOT)
        self.assertEqual(set(found["node"]), NODE)
        self.assertEqual((found["version"], found["node"]["name"]), (1, "one"))
        self.assertEqual(found["node"]["node_id"], daemon.id.hex())
        self.assertEqual(found["node"]["short_id"], f"{daemon.id.hex()[:8]}..{daemon.id.hex()[-8:]}")
        self.assertEqual((found["node"]["mesh_ip"][:6], found["node"]["mesh_prefix_len"]), ("10.77.", 16))
        self.assertEqual(list(found["stats"]), sorted(STATISTICS))
        self.assertLess(abs(found["generated_at_unix_secs"] - time.time()), 30)
        [listed], [route] = found["peers"], found["routes"]
        self.assertEqual(set(listed), PEER)
        self.assertEqual((listed["node_id"], listed["mechanism"]), (peer.id.hex(), "tcp"))
        self.assertEqual((listed["direct"], listed["configured"], listed["discovered"]), (True, False, False))
        self.assertLess(listed["last_heartbeat_age_ms"], 15_000)
        self.assertEqual(set(route), ROUTE)
        self.assertEqual((route["destination_id"], route["next_hop_id"]), (peer.id.hex(), peer.id.hex()))
        await until(lambda: "peers=1\n" in statistics.read_text(), "the statistics follow", timeout=12)

        answer = await daemon.call("debug.snapshot")
        self.assertEqual(set(answer), SNAPSHOT)
        self.assertEqual([p["node_id"] for p in answer["peers"]], [peer.id.hex()])

        self.assertEqual(await daemon.stop(), 0)
        self.assertEqual([path.name for path in self.root.glob("one.*")], [])
        self.assertEqual([path.name for path in self.root.glob(".one.*")], [])

    async def test_a_reader_always_finds_a_whole_file_and_a_fresh_one(self):
        _, snapshot, extra = self.places("one")
        await self.daemon("one", extra=extra)
        await until(snapshot.exists, "the file is there", timeout=5)
        first = json.loads(snapshot.read_text())["generated_at_unix_secs"]

        def renewed() -> bool:
            return json.loads(snapshot.read_text())["generated_at_unix_secs"] >= first + 2

        await until(renewed, "nothing changed and the file is new all the same", every=0.001)

    async def test_empty_names_write_nothing(self):
        daemon = await self.daemon(
            "one", extra='[files]\nstatistics = ""\ndebug_snapshot = ""\n', environment={"PIM_LOG": "debug"}
        )
        await self.until_logged(daemon, "rpc listening")
        self.assertEqual((await daemon.call("debug.snapshot"))["node"]["name"], "one")
        self.assertEqual(sorted(p.name for p in daemon.directory.glob("*.json*")), [])
        self.assertNotIn("a file for other programs", daemon.log_text())

    async def test_two_daemons_at_one_place_do_not_fight(self):
        statistics, snapshot, extra = self.places("shared")
        first = await self.daemon("first", extra=extra)
        await until(lambda: statistics.exists() and snapshot.exists(), "the first one writes", timeout=5)
        second: Daemon = await self.daemon("second", extra=extra)
        await self.until_logged(second, r"a file for other programs is not written.*in use by process")
        await second.stop()
        self.assertEqual(json.loads(snapshot.read_text())["node"]["name"], "first")
        self.assertTrue(statistics.exists())
        await first.stop()
        self.assertFalse(statistics.exists() or snapshot.exists())

    async def test_a_place_that_cannot_be_written_stops_nothing(self):
        daemon = await self.daemon("one", extra='[files]\nstatistics = "/proc/nowhere/pim.stats"\n')
        await self.until_logged(daemon, "a file for other programs is not written")
        self.assertTrue(daemon.is_running)


if __name__ == "__main__":
    unittest.main()
