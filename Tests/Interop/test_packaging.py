"""The unit of systemd: that it is right, how tight it is, and that a daemon under its restrictions gets to work."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

import lab
from daemon import DAEMON, ROOT
from mesh_lab import LabCase
from test_process_supervision import Supervisor
from waiting import until

UNIT = ROOT / "packaging/pim.service.in"
# Tenths: 10 is a service that may do everything, 0 one that may do nothing. CAP_NET_ADMIN, the TUN device and the
# kernel's network settings are what the interface takes.
EXPOSURE = 25
# What the unit says, in the words of setpriv(1).
RESTRICTIONS = (
    "--no-new-privs", "--bounding-set=-all,+net_admin", "--inh-caps=-all,+net_admin", "--ambient-caps=-all,+net_admin",
)  # fmt: skip


def settings(unit: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in re.findall(r"^(\w+)=(.*)$", unit, re.M):
        found.setdefault(name, []).append(value)
    return found


class Unit(unittest.TestCase):
    def setUp(self):
        if shutil.which("systemd-analyze") is None:
            missing = "this needs `systemd-analyze`"
            self.fail(missing) if os.environ.get("CI") in ("true", "1") else self.skipTest(missing)
        self.directory = Path(tempfile.mkdtemp(prefix="pim-unit-"))
        self.addCleanup(shutil.rmtree, self.directory)
        self.unit = self.directory / "pim.service"
        self.unit.write_text(UNIT.read_text().replace("@BINDIR@", str(DAEMON.parent)))

    def analyze(self, *arguments: str) -> subprocess.CompletedProcess:
        environment = {**os.environ, "SYSTEMD_LOG_LEVEL": "warning", "SYSTEMD_COLORS": "0", "SYSTEMD_PAGER": ""}
        return subprocess.run(
            ["systemd-analyze", *arguments, str(self.unit)], env=environment, capture_output=True, text=True, timeout=60
        )

    def test_systemd_finds_nothing_wrong(self):
        done = self.analyze("verify", "--man=no")
        self.assertEqual((done.returncode, done.stderr.strip()), (0, ""))

    def test_a_wrong_unit_would_be_noticed(self):
        self.unit.write_text(self.unit.read_text().replace("NoNewPrivileges=yes", "NoNewPrivilege=yes"))
        self.assertIn("NoNewPrivilege", self.analyze("verify", "--man=no").stderr)

    def test_it_is_as_tight_as_it_can_be(self):
        done = self.analyze("security", "--offline=true", f"--threshold={EXPOSURE}")
        self.assertEqual(done.returncode, 0, done.stdout[-2000:] + done.stderr)
        loose = self.unit.read_text().replace("ProtectSystem=strict", "").replace("SystemCallFilter=@system-service", "")
        self.unit.write_text(loose)
        self.assertNotEqual(
            self.analyze("security", "--offline=true", f"--threshold={EXPOSURE}").returncode, 0, "the limit limits"
        )

    def test_what_it_promises_the_daemon(self):
        found = settings(self.unit.read_text())
        self.assertEqual((found["Type"], found["NotifyAccess"]), (["notify"], ["main"]))
        self.assertGreaterEqual(int(found["WatchdogSec"][0]), 10)
        self.assertNotIn("@", self.unit.read_text().replace("@system-service", ""))
        # The PID file is where the service may write.
        program, _, pid_file = found["ExecStart"][0].split()
        self.assertEqual(Path(program).name, "pim-daemon")
        self.assertEqual(Path(pid_file).parent, Path("/run") / found["RuntimeDirectory"][0])


class Restricted(LabCase):
    """The user, the capabilities and the promise of no new privileges that the unit gives, without systemd."""

    programs = (*LabCase.programs, "setpriv")

    async def test_the_daemon_gets_ready_with_an_interface(self):
        found = settings(UNIT.read_text())
        self.assertEqual(found["CapabilityBoundingSet"], ["CAP_NET_ADMIN"])
        self.assertEqual(found["AmbientCapabilities"], ["CAP_NET_ADMIN"])
        self.assertEqual(found["NoNewPrivileges"], ["yes"])
        machine = self.box("box")
        run = self.root / "run"
        run.mkdir()
        supervisor = Supervisor(str(self.root / "notify"))
        self.addAsyncCleanup(supervisor.end)
        daemon = self.node(
            machine,
            environment={
                "NOTIFY_SOCKET": supervisor.address, "WATCHDOG_USEC": "2000000", "RUNTIME_DIRECTORY": str(run),
                "XDG_RUNTIME_DIR": "",
            },
        )  # fmt: skip
        daemon.launcher += lab.ordinary_user(self.root, daemon.directory, *RESTRICTIONS)
        daemon.spawn()

        def settled() -> bool:
            return bool(supervisor.all("READY")) or daemon.process.poll() is not None

        await until(settled, "the daemon is ready", timeout=30)
        self.assertEqual(supervisor.all("READY"), ["1"], daemon.log_text()[-3000:])
        status = dict(
            line.split(":", 1) for line in Path(f"/proc/{daemon.process.pid}/status").read_text().splitlines()
        )
        self.assertEqual(status["Uid"].split(), ["65534"] * 4)
        self.assertEqual({status[name].strip() for name in ("CapEff", "CapBnd", "CapAmb")}, {f"{1 << 12:016x}"})
        self.assertEqual(status["NoNewPrivs"].strip(), "1")
        self.assertTrue((await daemon.call("status"))["interface"]["up"])
        await until(lambda: supervisor.all("WATCHDOG"), "a sign of life")
        await until(lambda: (run / "pim-debug.json").exists() and (run / "pim.stats").exists(), "the files are there")
        self.assertEqual(await daemon.stop(), 0)
        self.assertEqual(list(run.iterdir()), [])


if __name__ == "__main__":
    unittest.main()
