"""The forms of the log, and which lines are in it."""

from __future__ import annotations

import json
import re
import unittest

from daemon import Daemon
from mesh_case import MeshCase


class Logs(MeshCase):
    async def logged(self, section: str, **environment: str) -> tuple[Daemon, list[str]]:
        """The lines of a short life."""
        daemon = await self.daemon("one", extra=section, environment={"PIM_LOG": "", "RUST_LOG": "", **environment})
        await self.until_logged(daemon, "rpc listening")
        self.assertEqual(await daemon.stop(), 0)
        self.assertNotIn("\x1b", daemon.log_text())
        return daemon, daemon.log_text().splitlines()

    async def test_text(self):
        _, lines = await self.logged("")
        for line in lines:
            self.assertRegex(line, r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z +(INFO|WARN) pim_daemon::\w+: \w")

    async def test_json(self):
        _, lines = await self.logged('[log]\nformat = "json"\n')
        records = [json.loads(line) for line in lines]
        self.assertIn("rpc listening", [record["message"] for record in records])
        for record in records:
            self.assertEqual(list(record), ["ts", "level", "source", "message", "fields"])
            self.assertRegex(record["ts"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$")
            self.assertIsInstance(record["fields"], dict)

    async def test_the_journal_is_noticed(self):
        daemon = self.prepare("one", environment={})
        daemon.log.touch()
        where = daemon.log.stat()
        daemon.extra_environment["JOURNAL_STREAM"] = f"{where.st_dev}:{where.st_ino}"
        await daemon.start()
        await self.until_logged(daemon, "rpc listening")
        for line in daemon.log_text().splitlines():
            self.assertRegex(line, r"^<[3-7]>pim_daemon::\w+: \w")

    async def test_somebody_elses_journal_is_none(self):
        _, lines = await self.logged("", JOURNAL_STREAM="8:12345")
        self.assertRegex(lines[0], r"^\d{4}-")

    async def test_levels(self):
        _, lines = await self.logged('[log]\nlevel = "error"\n[log.levels]\n"pim_daemon::rpc" = "info"\n')
        self.assertEqual({re.search(r"pim_daemon::\w+", line)[0] for line in lines}, {"pim_daemon::rpc"})

    async def test_the_environment_beats_the_file(self):
        daemon = self.prepare(
            "one", extra='[log]\nlevel = "trace"\n[log.levels]\npim_daemon = "trace"\n', environment={"PIM_LOG": "error"}
        )
        await daemon.start()
        self.assertEqual(await daemon.stop(), 0)
        self.assertEqual(daemon.log_text(), "")

    async def test_a_wrong_section_keeps_the_daemon_from_starting(self):
        daemon = self.prepare("one", extra='[log]\nformat = "jsno"\n')
        self.assertEqual(daemon.spawn().wait(10), 1)
        self.assertRegex(daemon.log_text(), r"log\.format: expected one of .* did you mean “json”\?")


if __name__ == "__main__":
    unittest.main()
