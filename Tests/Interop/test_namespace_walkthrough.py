"""docs/walkthrough.md, command by command: what it shows is what happens.

PIM_WALKTHROUGH=write puts what happens into the document.
"""

from __future__ import annotations

import difflib
import os
import re
import shutil
import subprocess
import time
from pathlib import Path

from daemon import DAEMON, PIM
from lab import Machine
from mesh_lab import LabCase
from walkthrough import DOCUMENT, Step, normalised, rewritten, same_things, steps

WRITING = os.environ.get("PIM_WALKTHROUGH") == "write"
# Commands that change nothing are asked again until they say what the document has: the mesh takes its time.
ASKING = re.compile(
    r"pim (status|peers list|routes|route status|gateway$|top|ping|trace|messages (history|conversations)|logs)|curl"
)
PATIENCE = 40
SETTLED = 4
LIMIT = 60


class Walkthrough(LabCase):
    """Two machines, each with directories of its own where programs, configuration and state go."""

    def machine_of_operator(self, name: str) -> Machine:
        machine = self.lab.machine(name)
        root = self.root / name
        for directory in ("etc", "run", "var-lib", "bin", "root"):
            (root / directory).mkdir(parents=True)
        for file in ("passwd", "group", "nsswitch.conf", "protocols", "services"):
            if Path("/etc", file).exists():
                shutil.copy(Path("/etc", file), root / "etc")
        (root / "etc/resolv.conf").write_text("nameserver 192.0.2.1\n")
        (root / "etc/hosts").write_text(f"127.0.0.1 localhost\n127.0.1.1 {name}\n")
        (root / "etc/pim").mkdir()
        for program in (DAEMON, PIM):
            shutil.copy(program, root / "bin" / program.name)
        self.addCleanup(self.end_daemon, root / "run/pim.pid")
        return machine

    @staticmethod
    def end_daemon(pid_file: Path) -> None:
        if pid_file.exists() and (pid := pid_file.read_text().strip()).isdigit():
            if Path(f"/proc/{pid}/comm").exists() and Path(f"/proc/{pid}/comm").read_text().startswith("pim"):
                os.kill(int(pid), 9)

    def type(self, name: str, command: str) -> list[str]:
        """What root sees who types this on a machine."""
        root = self.root / name
        places = {"etc": "/etc", "var-lib": "/var/lib", "bin": "/usr/local/bin", "root": "/root", "run": "/run"}
        mounts = " && ".join(f"mount --bind {root}/{inside} {place}" for inside, place in places.items())
        path = "/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
        environment = {"PATH": path, "HOME": "/root", "TERM": "dumb", "LC_ALL": "C.UTF-8"}
        inside = f'{mounts} && cd /root && exec bash -c "$0"'
        done = subprocess.run(
            [*self.machines[name].launcher, "unshare", "-m", "bash", "-c", inside, command],
            env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            timeout=LIMIT,
        )
        return [line.rstrip() for line in done.stdout.splitlines()]

    def settled(self, step: Step, command: str) -> list[str]:
        """What it says in the end; in an ordinary run, when it says what the document has."""
        deadline, seen = time.monotonic() + PATIENCE, self.type(step.machine, command)
        if not ASKING.search(command):
            return seen
        since = time.monotonic()
        while time.monotonic() < deadline:
            if not WRITING and normalised(seen) == normalised(step.output):
                break
            if WRITING and time.monotonic() > since + SETTLED:
                break
            time.sleep(0.5)
            before, seen = seen, self.type(step.machine, command)
            if normalised(before) != normalised(seen):
                since = time.monotonic()
        return seen

    async def test_the_document_tells_what_happens(self):
        text = DOCUMENT.read_text()
        self.internet()
        self.machines = {name: self.machine_of_operator(name) for name in ("alice", "bob")}
        self.lab.plug(self.machines["alice"], "lan", "192.0.2.10/24", "eth0")
        self.lab.plug(self.machines["bob"], "lan", "192.0.2.20/24", "eth0")
        self.uplink(self.machines["bob"])
        before = {name: machine.snapshot() for name, machine in self.machines.items()}
        names: dict[str, str] = {}
        done, differences = [], []
        for step in steps(text):
            command = step.command
            for documented, here in names.items():
                command = command.replace(documented, here)
            seen = self.settled(step, command)
            names |= same_things(step.output, seen)
            done.append(Step(step.machine, command, seen, step.line))
            if normalised(seen) != normalised(step.output):
                where = f"{DOCUMENT.name}:{step.line}"
                differences += [f"{step.machine}# {command}", *difflib.unified_diff(
                    normalised(step.output), normalised(seen), where, "here", lineterm="", n=1)]
                if not WRITING:
                    break
        if WRITING:
            DOCUMENT.write_text(rewritten(text, done))
        else:
            advice = "when that is as it should be: PIM_WALKTHROUGH=write scripts/test-interop test_namespace_walkthrough"
            self.assertFalse(differences, "\n".join([*differences, advice]))
        for name, machine in self.machines.items():
            self.assert_same(before[name], machine.snapshot())
            self.assertFalse((self.root / name / "run/pim.pid").exists())
