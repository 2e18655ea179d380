"""Crowds of strangers: an honest peer still gets its link, and the daemon is afterwards what it was before."""

from __future__ import annotations

import asyncio
import json
import os
import resource
import sys
import time
import unittest
from pathlib import Path

from mesh_case import MeshCase
from pim_peer.errors import HandshakeError
from pim_peer.node import Node
from waiting import until

CONNECTIONS = 10_000
CROWDS = 4
SOURCES = 40
# PIM_LONG_TESTS=1 runs the flood for its full minute.
SECONDS = 60 if os.environ.get("PIM_LONG_TESTS") else 10
# What every newcomer gets its link within; more where others keep the machine busy, since this is real time.
LINK_DEADLINE = 2.0 if os.getloadavg()[0] < 2 * os.cpu_count() else 5.0

# What an allocator and a table of counters may keep of a flood.
MEMORY_SLACK = 8 << 20


class Crowd:
    """One process of strangers, see stranger_flood.py."""

    def __init__(self, process: asyncio.subprocess.Process):
        self.process = process

    @classmethod
    async def start(cls, port: int, first_source: int, connections: int, inits: bool) -> Crowd:
        program = Path(__file__).with_name("stranger_flood.py")
        arguments = map(str, (port, first_source, SOURCES // CROWDS, connections, int(inits)))
        pipes = {"stdin": asyncio.subprocess.PIPE, "stdout": asyncio.subprocess.PIPE}
        return cls(await asyncio.create_subprocess_exec(sys.executable, str(program), *arguments, **pipes))

    async def answer(self, timeout: float) -> dict:
        line = await asyncio.wait_for(self.process.stdout.readline(), timeout)
        return json.loads(line)

    async def stop(self) -> dict:
        self.process.stdin.close()
        report = {}
        while line := await asyncio.wait_for(self.process.stdout.readline(), 30):
            report = json.loads(line)
        await self.process.wait()
        return report

    def kill(self) -> None:
        if self.process.returncode is None:
            self.process.kill()


class CrowdsOfStrangers(MeshCase):
    async def asyncSetUp(self):
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        wanted = CONNECTIONS // CROWDS + 256
        if hard < wanted:
            self.skipTest(f"needs {wanted} descriptors for each process, the limit is {hard}")
        resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, wanted), hard))
        self.target = await self.daemon("target")
        self.honest = await self.linked_peer(self.target)
        await self.exchange(self.target, self.honest, "before")
        self.before = await self.target.counters()

    async def crowd(self, first_source: int, connections: int, inits: bool) -> Crowd:
        crowd = await Crowd.start(self.target.port, first_source, connections, inits)
        self.addCleanup(crowd.kill)
        return crowd

    async def seconds_to_link(self, number: int) -> float:
        """How long a newcomer takes until both ends say that they are linked, redialling as a daemon would."""
        newcomer = Node(name=f"newcomer {number}")
        await newcomer.start()
        began = time.monotonic()
        try:
            while True:
                try:
                    await newcomer.dial(self.target.port, source=f"127.9.9.{number % 250 + 1}")
                    break
                except (HandshakeError, OSError, asyncio.TimeoutError, TimeoutError):
                    if time.monotonic() - began > 10 * LINK_DEADLINE:
                        raise
            await self.until_linked(self.target, newcomer, timeout=10 * LINK_DEADLINE)
            return time.monotonic() - began
        finally:
            await newcomer.stop()

    async def settled(self, start: int) -> None:
        await until(
            lambda: self.target.resident_bytes < start + MEMORY_SLACK,
            f"memory is back near {start >> 10} KiB, now {self.target.resident_bytes >> 10}", timeout=40, every=0.1)

    async def test_ten_thousand_connections_and_a_flood_of_inits_keep_nobody_out(self):
        start = self.target.resident_bytes
        crowds = [
            await self.crowd(10 * (number + 1), CONNECTIONS // CROWDS, inits=number % 2 == 1)
            for number in range(CROWDS)
        ]
        for crowd in crowds:
            await crowd.answer(timeout=60)
        times, most = [], 0
        end = time.monotonic() + SECONDS
        while time.monotonic() < end:
            times.append(await self.seconds_to_link(len(times)))
            most = max(most, self.target.resident_bytes)
            await asyncio.sleep(0.2)
        reports = [await crowd.stop() for crowd in crowds]
        await self.assert_mesh_carries_on(self.target, self.honest)
        await self.settled(start)
        grown = {
            name: count - self.before.get(name, 0)
            for name, count in (await self.target.counters()).items()
            if count > self.before.get(name, 0)
        }
        print(
            f"\n{len(times)} links during the flood, slowest {max(times):.3f} s, median {sorted(times)[len(times) // 2]:.3f} s; "
            f"memory {start >> 10} KiB, at most {most >> 10} KiB, then {self.target.resident_bytes >> 10} KiB\n"
            f"{reports}\n{grown}",
            file=sys.stderr,
        )
        self.assertGreaterEqual(sum(report["opened"] for report in reports), CONNECTIONS)
        self.assertLess(max(times), LINK_DEADLINE)
        self.assertLess(most - start, 32 << 20)


if __name__ == "__main__":
    unittest.main()
