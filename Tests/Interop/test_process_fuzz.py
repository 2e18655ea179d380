"""Fuzzed input to the control socket of a shipped daemon.

PIM_FUZZ_LINES says how many lines (20,000 without it, about half a minute), PIM_FUZZ_SEED with which seed.
"""

from __future__ import annotations

import asyncio
import os
import re
import subprocess
import sys
import time

from contract import contract
from control_socket import ControlSocket
from daemon import DAEMON
from fuzz_client import FuzzClient, Tally
from fuzz_lines import Lines
from mesh_case import MeshCase
from waiting import until

LINES = int(os.environ.get("PIM_FUZZ_LINES", "20000"))
SEED = int(os.environ.get("PIM_FUZZ_SEED", "0")) or int(time.time())
CONNECTIONS = 6
ROUNDS = 16
# What may be added to resident memory after the first quarter of the lines. Every client may have a line of 1 MiB, up to
# 32 requests and notifications of 1 MiB waiting in the daemon, of which the allocator gives little back.
GROWTH = 32 << 20


class Fuzz(MeshCase):
    async def test_whatever_is_said_the_daemon_answers_and_stays_as_it_was(self):
        daemon = await self.daemon("fuzzed")
        document, configuration = contract().document, daemon.config.read_text()
        tally, curve = Tally(), []
        clients = [
            FuzzClient(daemon.socket, Lines(SEED + number, document, configuration), tally)
            for number in range(CONNECTIONS)
        ]
        began = time.monotonic()
        share = max(1, LINES // ROUNDS // CONNECTIONS)
        for _ in range(ROUNDS):
            async with asyncio.TaskGroup() as group:
                for client in clients:
                    group.create_task(client.run(share))
            self.assertTrue(daemon.is_running, f"the daemon ended, seed {SEED}")
            curve.append(daemon.resident_bytes)
        seconds = time.monotonic() - began
        self.report(tally, curve, seconds)

        self.assertFalse(tally.findings, "\n".join([f"seed {SEED}", *tally.findings]))
        self.assertFalse(tally.internal, f"internal errors, seed {SEED}: {tally.internal[:10]}")
        self.assertGreaterEqual(tally.requests, tally.lines / 3)
        await self.assert_answers(daemon)
        self.assert_flat(curve)
        self.assert_no_errors_logged(daemon)
        self.assert_configuration_loads(daemon)
        self.assertEqual(await daemon.stop(), 0)

    def report(self, tally: Tally, curve: list[int], seconds: float) -> None:
        megabytes = [round(size / (1 << 20)) for size in curve]
        print(f"seed {SEED}: {tally.summary()}; {tally.lines / seconds:.0f} lines/s; resident MiB {megabytes}",
              file=sys.stderr)
        if LINES > 100_000:
            for (method, code), count in sorted(tally.codes.items()):
                print(f"  {method} {code}: {count}  {tally.samples.get((method, code), '')}", file=sys.stderr)

    async def assert_answers(self, daemon) -> None:
        """A new client is served, when those of the fuzz are gone."""
        async def served() -> bool:
            try:
                fresh = await ControlSocket.connect(daemon.socket)
            except ConnectionError:
                return False
            status = await fresh.call("status")
            await fresh.close()
            return status["node_id"] == daemon.id.hex()

        await until(served, "a new client is served")

    def assert_flat(self, curve: list[int]) -> None:
        warm = max(curve[: ROUNDS // 4])
        self.assertLess(curve[-1], warm + GROWTH, f"resident memory grew: {curve}")

    def assert_no_errors_logged(self, daemon) -> None:
        errors = re.findall(r"^\S+ +(?:ERROR|CRITICAL) .*$", daemon.log_text(), re.M)
        self.assertEqual(errors[:20], [], "nothing of this is the daemon's failure")

    def assert_configuration_loads(self, daemon) -> None:
        checked = subprocess.run(
            [DAEMON, daemon.config, "--check-config"], env=daemon.environment, capture_output=True, text=True
        )
        self.assertEqual(checked.returncode, 0, checked.stdout + checked.stderr)
