"""What `pim` must not be made to do: by names of strangers, by full disks, by other daemons than the one that is meant."""

from __future__ import annotations

import json
import os
import subprocess
import unittest

from daemon import PIM
from mesh_case import PASSPHRASE, private_mesh
from pim_peer.identity import Identity
from terminal import Terminal
from test_process_cli import CommandCase
from waiting import until

MASK = "********"


class Strangers(CommandCase):
    async def test_their_names_run_nothing_in_a_shell_that_completes(self):
        daemon = await self.daemon("n")
        trap = self.root / "trap"
        names = [f"$(touch {trap})", f"`touch {trap}`", "two words", "-rf", "x;y", "*"]
        nodes = [await self.linked_peer(daemon, name) for name in ["plain-1.x", *names]]

        async def are_known() -> bool:
            return {peer["label"] for peer in await daemon.call("peers.list")} >= {"plain-1.x", *names}

        await until(are_known, "all names are known")
        script = (
            f". <({PIM} --generate-completion-script bash)\n"
            'COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMP_LINE="$*"; COMP_POINT=${#COMP_LINE}; COMP_TYPE=9\n'
            '_pim "$1" "${@: -1}" "${@: -2:1}"; printf "%s\\n" "${COMPREPLY[@]}"'
        )
        done = subprocess.run(
            ["bash", "-c", script, "bash", str(PIM), "ping", ""],
            env=daemon.environment, cwd=self.root, capture_output=True, text=True, timeout=30,
        )
        self.assertEqual(set(done.stdout.splitlines()), {"plain-1.x", *(node.id.hex() for node in nodes[1:])})
        self.assertFalse(trap.exists())

    async def test_their_controls_reach_no_terminal(self):
        daemon = await self.daemon("n")
        name = "x\x9b2J\x7f" + "long" * 20
        await self.linked_peer(daemon, name)

        async def is_known() -> bool:
            return any(peer["label"] for peer in await daemon.call("peers.list"))

        await until(is_known, "the peer is known by name")
        label = (await daemon.call("peers.list"))[0]["label"]
        self.assertIn("\x9b", label)
        for command in (["peers"], ["status"], ["top", "--once"]):
            raw = self.ok(daemon, *command, "--json")
            self.assertFalse(set(raw) & {chr(code) for code in range(0x7F, 0xA0)}, command)
            self.assertIn("\\u009b", raw)
        self.assertEqual(self.json(daemon, "peers")[0]["label"], label)
        # A table cuts what is too long, and says so.
        for command in (["peers"], ["top", "--once"]):
            shown = self.ok(daemon, *command)
            self.assertIn("longlong", shown)
            self.assertIn("…", shown)
            self.assertNotIn("long" * 8, shown)


class Output(CommandCase):
    def test_what_cannot_be_written_is_no_success(self):
        command = [str(PIM), "config", "generate", "client"]
        for wish in (command, [str(PIM), "--help"]):
            with open("/dev/full", "wb") as full:
                done = subprocess.run(wish, stdout=full, stderr=subprocess.PIPE, text=True, timeout=30)
            self.assertEqual(done.returncode, 1)
            self.assertIn("pim: cannot write: ", done.stderr)
        # A reader that has seen enough is nobody's mistake.
        reader, writer = os.pipe()
        os.close(reader)
        with os.fdopen(writer, "wb") as gone:
            done = subprocess.run(
                # Where the signal is ignored, as here, it is the write that fails.
                command, stdout=gone, stderr=subprocess.PIPE, text=True, timeout=30, restore_signals=False
            )
        self.assertEqual((done.returncode, done.stderr), (0, ""))

    async def test_the_log_of_a_daemon_with_one_endless_line(self):
        daemon = self.prepare("n")
        log = self.root / "log"
        log.write_bytes(b"first\n" + b"x" * (24 << 20) + b"\nlast")
        shown = self.ok(daemon, "logs", "--log-file", str(log))
        self.assertEqual(shown.splitlines()[0], "first")
        self.assertEqual(shown.splitlines()[-1], "last")
        self.assertEqual(shown.count("x"), 24 << 20)


class TheDaemonThatIsMeant(CommandCase):
    async def test_no_other_one_is_spoken_of(self):
        usual = await self.daemon("usual")
        # As its user has it: everything at the usual places of this environment.
        session = self.root / "session"
        session.mkdir()
        for known, link in ((usual.socket, "pim.sock"), (usual.pid_file, "pim.pid")):
            (session / link).symlink_to(known)
        nowhere = str(self.root / "nowhere")
        named = {**os.environ, "XDG_RUNTIME_DIR": str(session), "PIM_DATA_DIR": str(self.root)}
        by_environment = {**named, "PIM_RPC_SOCKET": nowhere}

        def run(environment, *arguments: str) -> subprocess.CompletedProcess:
            return subprocess.run(
                [str(PIM), *arguments], env=environment, capture_output=True, text=True, timeout=30
            )

        usual_path = {**named, "PIM_RPC_SOCKET": str(session / "pim.sock")}
        for environment in (named, usual_path):
            self.assertIn(f"running (pid {usual.process.pid})", run(environment, "status").stdout)
        for environment, socket in ((by_environment, []), (named, ["--socket", nowhere])):
            status = run(environment, "status", *socket)
            self.assertEqual(status.returncode, 0, status.stderr)
            self.assertEqual(status.stdout, f"pim: stopped (no daemon answers on {nowhere})\n")
            told = json.loads(run(environment, "status", *socket, "--json").stdout)
            self.assertEqual(told, {"running": False, "socket": nowhere})
            for command in (
                ("debug", "peers"), ("config", "get"), ("config", "set", "routing.max_hops", "9"),
                ("config", "unset", "routing.max_hops"), ("mesh", "status"), ("mesh", "fingerprint"), ("logs",),
                ("down",), ("status", "--check"),
            ):
                done = run(environment, *command, *socket)
                self.assertEqual(done.returncode, 3, f"{command}: {done.stdout}{done.stderr}")


class Secrets(CommandCase):
    async def test_a_mask_never_becomes_one(self):
        daemon = self.prepare("n", mesh=private_mesh())
        file = ("-c", str(daemon.config))
        text = daemon.config.read_text()
        self.assertIn("write it out", self.fails(daemon, 2, "config", "set", "mesh.passphrase", MASK, *file))
        self.assertEqual(daemon.config.read_text(), text)
        # What “config get” shows, edited and given back.
        masked = self.root / "masked"
        masked.write_text(self.ok(daemon, "config", "get", *file).replace('name = "n"', 'name = "m"'))
        self.assertIn(MASK, masked.read_text())
        done = subprocess.run(
            [str(PIM), "config", "edit", *file],
            env={**daemon.environment, "VISUAL": "", "EDITOR": f"cp {masked}"},
            capture_output=True, text=True, timeout=30,
        )
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(daemon.config.read_text(), text.replace('name = "n"', 'name = "m"'))
        self.assertIn(PASSPHRASE, daemon.config.read_text())


class Peers(CommandCase):
    async def test_what_was_added_is_removed_by_the_same_word(self):
        daemon = await self.daemon("n")
        self.ok(daemon, "peers", "add", "localhost")
        self.assertIn("localhost:9100", daemon.config.read_text())
        self.assertIn("entry-tcp-localhost:9100", self.ok(daemon, "peers", "remove", "localhost"))
        self.assertNotIn("localhost:9100", daemon.config.read_text())
        self.assertIn("knows no node", self.fails(daemon, 1, "peers", "remove", "localhost"))

    async def test_one_that_is_refused_does_not_keep_the_others_out(self):
        daemon = await self.daemon("n")
        known, new = Identity.generate(), Identity.generate()
        self.ok(daemon, "peers", "import", known.node_id.hex(), "0b" * 32)
        cards = self.root / "cards"
        cards.write_text(f"{known.node_id.hex()} {'0c' * 32} mallory\n{new.node_id.hex()} {'0d' * 32} zoe\n")
        done = daemon.pim("peers", "import", str(cards))
        self.assertEqual(done.returncode, 4)
        self.assertEqual(done.stdout, f"{new.node_id.hex()} (zoe): imported\n")
        self.assertIn(f"pim: {known.node_id.hex()} (mallory): refused by the daemon", done.stderr)
        self.assertIn("1 of 2 identities", done.stderr)
        again = daemon.pim("peers", "import", str(cards), "--json")
        self.assertEqual(again.returncode, 4)
        refused, there = json.loads(again.stdout)
        self.assertEqual((refused["error"]["code"], there["imported"]), (-32040, False))
        self.assertEqual(json.loads(again.stderr)["error"]["exit_code"], 4)


class Words(CommandCase):
    async def test_where_there_is_nothing_to_do_that_is_said(self):
        daemon = await self.daemon("n")
        self.assertEqual(self.ok(daemon, "route", "off"), "pim routes already disabled\n")
        self.assertEqual(
            self.ok(daemon, "route", "status"), "pim routes: disabled (this daemon has no interface)\n"
        )
        for command in ("off", "status"):
            self.assertFalse(self.json(daemon, "route", command)["enabled"])
        self.fails(daemon, 4, "route", "on")

        text = daemon.config.read_text()
        self.assertIn("its default counts", self.ok(daemon, "config", "unset", "routing.max_hops"))
        self.assertFalse(self.json(daemon, "config", "unset", "routing.max_hops")["saved"])
        self.assertIn("did you mean “node.name”?", self.fails(daemon, 1, "config", "unset", "node.nam"))
        self.assertEqual(daemon.config.read_text(), text)

        def edit(editor: str, *arguments: str) -> subprocess.CompletedProcess:
            return subprocess.run(
                [str(PIM), "config", "edit", *arguments], env={**daemon.environment, "VISUAL": "", "EDITOR": editor},
                stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=30,
            )

        self.assertIn("EDITOR", edit("").stderr)
        self.assertEqual(edit("").returncode, 1)
        self.assertFalse(json.loads(edit("true", "--json").stdout)["saved"])

    async def test_errors_of_the_system_name_the_file(self):
        daemon = self.prepare("n")
        for command in (("logs", "--log-file", "/tmp"), ("peers", "import", "/tmp")):
            self.assertEqual(self.fails(daemon, 1, *command), "pim: cannot use /tmp: Is a directory\n")
        missing = self.root / "nosuch"
        told = self.fails(daemon, 1, "manual", str(missing))
        self.assertEqual(told, f"pim: {missing}/pim.1: No such file or directory\n")
        self.assertIn("at most 107 bytes", self.fails(daemon, 2, "status", "--socket", "/" + "x" * 200))

    async def test_a_node_is_found_by_its_name(self):
        a, r, b = await self.chain()
        way = self.ok(a, "debug", "route", "get", "b")
        self.assertIn(f"destination: {b.id.hex()[:8]}..{b.id.hex()[-8:]}", way)
        self.assertIn("no route to nobody", self.fails(a, 1, "debug", "route", "get", "nobody"))


class Ends(CommandCase):
    async def test_a_ping_whose_daemon_goes_still_counts(self):
        a, _, _ = await self.chain()
        process = subprocess.Popen(
            [str(PIM), "ping", "b", "-i", "0.05"], env=a.environment,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )
        self.addCleanup(self.end, process)
        for _ in range(4):
            process.stdout.readline()
        await a.kill()
        out, err = process.communicate(timeout=20)
        self.assertEqual(process.returncode, 1)
        self.assertIn("min/avg/max", out)
        self.assertIn("pim: ", err)

    async def test_a_configuration_named_from_here_is_found_from_elsewhere(self):
        daemon = self.prepare("n", mesh=private_mesh())
        started = subprocess.run(
            [str(PIM), "up", "-d", "-c", daemon.config.name, "--pid-file", "pid", "--log-file", str(daemon.log)],
            env=daemon.environment, cwd=daemon.directory, capture_output=True, text=True, timeout=60,
        )
        self.assertEqual(started.returncode, 0, started.stderr)
        try:
            self.assertIn("mesh: private", self.ok(daemon, "mesh", "status"))
            self.assertEqual(self.json(daemon, "config", "get")["source_path"], str(daemon.config))
        finally:
            self.ok(daemon, "down", "--wait")

    async def test_escape_alone_leaves(self):
        daemon = await self.daemon("n")
        top = Terminal([str(PIM), "top"], daemon.environment)
        self.addAsyncCleanup(top.close)
        await top.until_shown(r"1 Peers 0")
        top.press("\x1b[C")
        await top.until_shown(r"^DESTINATION")
        top.press("\x1b")
        self.assertEqual(await top.ended(), 0)
        await until(lambda: top.is_restored, "the terminal is as before")


if __name__ == "__main__":
    unittest.main()
