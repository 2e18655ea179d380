"""The `pim` command as people type it, with real daemons."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import unittest
from pathlib import Path

from daemon import PIM, Daemon, free_port
from mesh_case import MeshCase, private_mesh
from pim_peer.identity import Identity
from terminal import Terminal
from waiting import until


class CommandCase(MeshCase):
    @staticmethod
    def end(process: subprocess.Popen) -> None:
        process.kill()
        process.communicate()

    def ok(self, daemon: Daemon, *arguments: str) -> str:
        done = daemon.pim(*arguments)
        self.assertEqual(done.returncode, 0, f"{arguments}: {done.stdout}{done.stderr}")
        return done.stdout

    def fails(self, daemon: Daemon, code: int, *arguments: str) -> str:
        done = daemon.pim(*arguments)
        self.assertEqual(done.returncode, code, f"{arguments}: {done.stdout}{done.stderr}")
        return done.stderr

    def json(self, daemon: Daemon, *arguments: str):
        return json.loads(self.ok(daemon, *arguments, "--json"))

    async def is_linked(self, one: Daemon, other: Daemon) -> bool:
        return other.id in await one.linked()

    async def chain(self) -> tuple[Daemon, Daemon, Daemon]:
        """a – r – b"""
        r = await self.daemon("r")
        a = await self.daemon("a", peers=(f"127.0.0.1:{r.port}",))
        b = await self.daemon("b", peers=(f"127.0.0.1:{r.port}",))

        async def knows() -> bool:
            return any(route.get("name") == "b" for route in (await a.call("route.table"))["routes"])

        await until(knows, "a knows b by name")
        return a, r, b


class Configuration(CommandCase):
    async def test_of_a_running_daemon(self):
        daemon = await self.daemon("n", mesh=private_mesh())
        before = daemon.config.read_text()
        shown = self.ok(daemon, "config", "get")
        self.assertNotIn("herons", shown)
        self.assertIn("herons", self.ok(daemon, "config", "get", "--include-secrets"))
        self.assertEqual(self.ok(daemon, "config", "get", "transport.listen_port"), f"{daemon.port}\n")
        self.assertEqual(self.json(daemon, "config", "get", "mesh.mode"), "private")
        self.assertIn(f"listen_port = {daemon.port}\n", self.ok(daemon, "config", "get", "transport"))
        self.assertIn("default", self.fails(daemon, 1, "config", "get", "routing.max_hops"))

        changed = self.ok(daemon, "config", "set", "messaging.broadcast.watch_incoming", "false")
        self.assertIn("applied: messaging.broadcast.watch_incoming", changed)
        self.assertFalse((await daemon.call("peers.get_broadcast_state"))["watch_incoming"])
        waits = self.ok(daemon, "config", "set", "routing.max_hops", "11")
        self.assertIn("from the next start: routing.max_hops", waits)
        self.assertIn("max_hops = 11", daemon.config.read_text())
        self.assertIn("routing.max_hops", self.fails(daemon, 4, "config", "set", "routing.max_hops", "300"))
        self.ok(daemon, "config", "unset", "routing.max_hops")
        self.assertNotIn("max_hops", daemon.config.read_text())

        daemon.config.write_text(before)
        self.assertIn("applied: messaging.broadcast.watch_incoming", self.ok(daemon, "config", "reload"))
        self.assertIn("nothing has changed", self.ok(daemon, "config", "reload"))

    async def test_of_a_file(self):
        daemon = self.prepare("n")
        daemon.config.write_text("# mine\n" + daemon.config.read_text())
        file = ("-c", str(daemon.config))
        self.assertIn("next start", self.ok(daemon, "config", "set", *file, "routing.max_hops", "11"))
        text = daemon.config.read_text()
        self.assertTrue(text.startswith("# mine\n") and "max_hops = 11" in text)
        self.assertEqual(daemon.config.stat().st_mode & 0o777, 0o600)
        self.assertIn("routing.max_hops", self.fails(daemon, 1, "config", "set", *file, "routing.max_hops", "x"))
        self.assertEqual(daemon.config.read_text(), text)
        self.ok(daemon, "config", "set", *file, "node.name", "two words")
        self.assertEqual(self.ok(daemon, "config", "get", *file, "node.name"), "two words\n")
        self.ok(daemon, "config", "set", *file, "routing.max_hops", "12", "--dry-run")
        self.assertEqual(self.ok(daemon, "config", "get", *file, "routing.max_hops"), "11\n")
        checked = self.json(daemon, "config", "check", *file)
        self.assertEqual(checked, {"ok": True, "problems": []})
        daemon.config.write_text("[node]\nname = 7\n")
        done = daemon.pim("config", "check", *file, "--json")
        self.assertEqual(done.returncode, 1)
        self.assertEqual([p["line"] for p in json.loads(done.stdout)["problems"]], [2])

    async def test_in_an_editor(self):
        daemon = await self.daemon("n", mesh=private_mesh())
        editor, seen = daemon.directory / "editor", daemon.directory / "seen"
        # Makes a mistake first; asked again, puts it right.
        editor.write_text(
            f"#!/bin/sh\nstat -c %a \"$1\" > {seen}\ngrep -c herons \"$1\" >> {seen}\n"
            "if grep -q 'max_hops = 300' \"$1\"; then sed -i 's/max_hops = 300/max_hops = 13/' \"$1\"\n"
            "else printf '\\n[routing]\\nmax_hops = 300\\n' >> \"$1\"; fi\n"
        )
        editor.chmod(0o755)
        environment = {**daemon.environment, "EDITOR": str(editor), "VISUAL": ""}
        terminal = Terminal([str(PIM), "config", "edit"], environment)
        self.addAsyncCleanup(terminal.close)
        await terminal.until_shown(r"routing\.max_hops: expected")
        await terminal.until_shown(r"Edit again\?")
        terminal.press("y\n")
        await terminal.until_shown(r"from the next start: .*routing\.max_hops")
        self.assertEqual(await terminal.ended(), 0)
        self.assertEqual(seen.read_text().split(), ["600", "0"])
        text = daemon.config.read_text()
        self.assertIn("max_hops = 13", text)
        self.assertIn("herons", text)

        # Without a terminal nobody can be asked: the text is kept, the file stays.
        done = subprocess.run(
            [str(PIM), "config", "edit"], capture_output=True, text=True, timeout=30,
            env={**environment, "EDITOR": "sed -i 's/max_hops = 13/max_hops = 300/'"},
        )
        self.assertEqual(done.returncode, 4, done.stderr)
        kept = Path(re.search(r"kept in (\S+)", done.stderr).group(1))
        self.addCleanup(shutil.rmtree, kept.parent, True)
        self.assertEqual(kept.stat().st_mode & 0o777, 0o600)
        self.assertIn("max_hops = 300", kept.read_text())
        self.assertNotIn("herons", kept.read_text())
        self.assertEqual(daemon.config.read_text(), text)

        unchanged = subprocess.run(
            [str(PIM), "config", "edit"], capture_output=True, text=True, timeout=30,
            env={**environment, "EDITOR": "true"},
        )
        self.assertEqual((unchanged.returncode, unchanged.stdout), (0, "nothing was changed\n"))

    async def test_the_mesh_of_the_file_and_of_the_daemon(self):
        daemon = await self.daemon("n", mesh=private_mesh())
        status = self.ok(daemon, "mesh", "status")
        fingerprint = (await daemon.call("mesh.status"))["fingerprint"]
        self.assertIn("mesh: private", status)
        self.assertIn(fingerprint, status)
        self.assertNotIn("herons", status)
        self.assertEqual(self.ok(daemon, "mesh", "fingerprint"), fingerprint + "\n")
        daemon.config.write_text(daemon.config.read_text().replace("herons", "gulls"))
        done = daemon.pim("mesh", "status")
        self.assertNotIn(fingerprint, done.stdout)
        self.assertIn(fingerprint, done.stderr)
        daemon.config.write_text(re.sub("passphrase = .*", 'passphrase = ""', daemon.config.read_text()))
        self.assertIn("passphrase", self.fails(daemon, 1, "mesh", "status"))
        made = {self.ok(daemon, "mesh", "generate-passphrase") for _ in range(5)}
        self.assertEqual(len(made), 5)


class Peers(CommandCase):
    async def test_added_dialled_and_removed(self):
        here, there = await self.daemon("here"), await self.daemon("there")
        address = f"127.0.0.1:{there.port}"
        self.assertIn(f"entry-tcp-{address}", self.ok(here, "peers", "add", address, "--label", "friend"))
        await until(lambda: self.is_linked(here, there), "linked")
        self.assertIn("friend", self.ok(here, "peers"))
        self.fails(here, 4, "peers", "add", address)
        self.ok(here, "peers", "remove", "friend")
        await until(lambda: self.is_not_linked(here, there), "not linked any more")
        self.assertNotIn(address, here.config.read_text())

        nobody = f"127.0.0.1:{free_port()}"
        self.ok(here, "peers", "add", nobody)
        self.ok(here, "peers", "remove", nobody)
        self.ok(here, "peers", "add", nobody, "--label", "ghost")
        self.ok(here, "peers", "remove", "ghost")
        self.assertNotIn(nobody, here.config.read_text())

    async def is_not_linked(self, one: Daemon, other: Daemon) -> bool:
        return not await self.is_linked(one, other)

    async def test_paired(self):
        here, there = await self.daemon("here"), await self.daemon("there")
        paired = self.ok(here, "peers", "pair", f"127.0.0.1:{there.port}", "--persist", "--label", "friend")
        self.assertIn(there.id.hex(), paired)
        self.assertIn(there.id.hex(), here.config.read_text())
        self.fails(here, 4, "peers", "pair", f"127.0.0.1:{free_port()}", "--timeout", "20")

    async def test_identities_go_from_operator_to_operator(self):
        here, there = await self.daemon("here"), await self.daemon("there")
        card = there.directory / "card"
        card.write_text(self.ok(there, "identity"))
        self.assertIn("(there): imported", self.ok(here, "peers", "import", str(card)))
        self.assertIn("known already", self.ok(here, "peers", "import", str(card)))
        piped = subprocess.run(
            [str(PIM), "peers", "import", "-"], env=there.environment, input=self.ok(here, "identity", "--json"),
            capture_output=True, text=True, timeout=30,
        )
        self.assertIn("(here): imported", piped.stdout, piped.stderr)
        stranger = Identity.generate()
        self.ok(here, "peers", "import", stranger.node_id.hex(), "0b" * 32, "--name", "zoe")
        refused = self.fails(here, 4, "peers", "import", stranger.node_id.hex(), "0c" * 32, "--json")
        self.assertEqual(json.loads(refused)["error"]["code"], -32040)
        self.assertIn("is forgotten", self.ok(here, "peers", "forget", stranger.node_id.hex()))

    async def test_a_node_that_is_only_known_by_its_key_has_a_name(self):
        here = await self.daemon("here")
        zoe, other = Identity.generate().node_id.hex(), Identity.generate().node_id.hex()
        self.ok(here, "peers", "import", zoe, "0b" * 32, "--name", "Zoe")
        self.ok(here, "peers", "import", other, "0c" * 32, "--name", "Zoe Two")
        self.ok(here, "peers", "revoke", "Zoe Two")
        self.ok(here, "peers", "restore", "Zoe Two")
        self.assertIn(f"to {zoe[:8]}..", self.ok(here, "messages", "send", "Zoe", "hi"))
        self.ok(here, "peers", "forget", other[:12])
        self.assertIn("knows no node", self.fails(here, 1, "peers", "forget", "Zoe Two"))
        self.assertIn("is forgotten", self.ok(here, "peers", "forget", "Zoe"))
        self.assertEqual(await here.call("peers.find", {"text": zoe}), {"peers": []})

    async def test_known_by_broadcast(self):
        a, _, _ = await self.chain()
        self.assertIn("2 nodes", self.ok(a, "peers", "broadcast", "now"))
        self.assertIn("every 60 s", self.ok(a, "peers", "broadcast", "set", "--interval", "60"))
        self.assertEqual(self.json(a, "peers", "broadcast")["outgoing_interval_s"], 60)
        self.assertIn("off", self.ok(a, "peers", "broadcast", "set", "--interval", "off"))
        self.fails(a, 4, "peers", "broadcast", "set", "--interval", "1")


class Across(CommandCase):
    async def test_ping_and_trace(self):
        a, r, b = await self.chain()
        address = next(
            route["destination"] for route in (await a.call("route.table"))["routes"] if route["name"] == "b"
        )
        for name in ("b", b.id.hex()[:8], f"{b.id.hex()[:8]}..{b.id.hex()[-8:]}", address):
            shown = self.ok(a, "ping", name, "-c", "1")
            self.assertIn("1 sent, 1 answered, 0% lost", shown)
            self.assertIn("2 hops", shown)
        told = self.json(a, "ping", "b", "-c", "3", "-i", "0.05")
        self.assertEqual((told["sent"], told["received"], len(told["replies"])), (3, 3, 3))
        self.assertLessEqual(told["min_ms"], told["avg_ms"])
        way = self.json(a, "trace", "b")
        self.assertTrue(way["reached"])
        self.assertEqual([hop["node_id"] for hop in way["hops"]], [r.id.hex(), b.id.hex()])
        self.assertIn("HOP", self.ok(a, "trace", "b"))
        self.fails(a, 1, "ping", "nobody", "-c", "1")
        self.fails(a, 4, "ping", "ab" * 16, "-c", "1")
        b.freeze()
        self.fails(a, 1, "ping", "b", "-c", "1", "-W", "0.3")
        b.thaw()

    async def test_an_interrupted_ping_still_counts(self):
        a, _, _ = await self.chain()
        process = subprocess.Popen(
            [str(PIM), "ping", "b", "-i", "0.05"], env=a.environment, stdout=subprocess.PIPE, text=True
        )
        self.addCleanup(self.end, process)
        for _ in range(4):
            process.stdout.readline()
        process.send_signal(signal.SIGINT)
        rest = process.communicate(timeout=10)[0]
        self.assertEqual(process.returncode, 0)
        self.assertIn("min/avg/max", rest)


class Debugging(CommandCase):
    async def test_the_lists_and_the_way_to_a_node(self):
        a, r, b = await self.chain()
        peers = self.ok(a, "debug", "peers").splitlines()
        self.assertEqual(peers[0].split("  ")[0], "connected peers: 1")
        self.assertIn("  node=a (", peers[0])
        self.assertEqual(len(peers), 2)
        self.assertIn("direct=true  mechanism=tcp", peers[1])
        routes = self.ok(a, "debug", "routes")
        self.assertIn("installed routes: 2", routes)
        address = next(
            route["destination"] for route in (await a.call("route.table"))["routes"] if route["name"] == "b"
        )
        self.assertIn(f"mesh_ip={address}", routes)
        self.assertEqual(self.ok(a, "debug", "gateways"), "known gateways: 0\n  none\n")
        self.assertIn("discovered peers: 0", self.ok(a, "debug", "discovery"))
        for target in (address, b.id.hex(), b.id.hex()[:10], f"{b.id.hex()[:8]}..{b.id.hex()[-8:]}"):
            way = self.ok(a, "debug", "route", "get", target).splitlines()
            self.assertTrue(way[0].startswith("route:"))
            self.assertIn("gateway:     false", way)
            self.assertIn(f"mesh_ip:     {address}", way)
            self.assertIn("mechanism:   tcp", way)
            self.assertIn(f"next_hop:    {r.id.hex()[:8]}..{r.id.hex()[-8:]}", way)
        self.fails(a, 1, "debug", "route", "get", "internet")
        self.fails(a, 1, "debug", "route", "get", "10.77.255.254")
        self.assertEqual(len(self.json(a, "debug", "routes")), 2)

    async def test_a_snapshot_outlives_its_daemon(self):
        daemon = await self.daemon("n")
        kept = self.root / "kept.json"
        kept.write_text(self.ok(daemon, "debug", "dump"))
        await daemon.kill()
        file = ("--snapshot", str(kept))
        self.assertIn("connected peers: 0  node=n", self.ok(daemon, "debug", "peers", *file))
        self.assertEqual(daemon.pim("debug", "peers", *file).stderr, "")
        old = json.loads(kept.read_text())
        old["generated_at_unix_secs"] -= 3600
        kept.write_text(json.dumps(old))
        self.assertIn("60 min old", daemon.pim("debug", "peers", *file).stderr)
        kept.write_text("{}")
        self.assertIn("no debug snapshot", self.fails(daemon, 1, "debug", "peers", *file))
        self.fails(daemon, 1, "debug", "peers", "--snapshot", str(self.root / "nothing"))
        self.fails(daemon, 3, "debug", "peers", "--socket", str(daemon.socket))


class Life(CommandCase):
    async def test_status_without_a_daemon_and_with_one_that_does_not_answer(self):
        daemon = self.prepare("n")
        pid = ("--pid-file", str(daemon.pid_file))
        self.assertIn(f"stopped (no PID file at {daemon.pid_file})", self.ok(daemon, "status", *pid))
        self.fails(daemon, 3, "status", "--check", *pid)
        self.assertFalse(self.json(daemon, "status", *pid)["running"])
        await daemon.start()
        self.assertIn("pim: running (pid", self.ok(daemon, "status", "--check", *pid))
        elsewhere = ("--socket", str(daemon.directory / "nowhere"))
        done = daemon.pim("status", *elsewhere, *pid)
        self.assertEqual(done.returncode, 0)
        self.assertIn(f"running (pid {daemon.process.pid}), but it does not answer", done.stdout)
        self.fails(daemon, 1, "status", "--check", *elsewhere, *pid)
        await daemon.kill()
        self.assertIn("stale PID file", self.ok(daemon, "status", *pid))

    async def test_errors_say_what_to_do(self):
        daemon = self.prepare("n")
        self.assertIn("pim up", self.fails(daemon, 3, "peers"))
        told = json.loads(self.fails(daemon, 3, "peers", "--json"))["error"]
        self.assertEqual((told["kind"], told["exit_code"]), ("not_running", 3))
        self.assertIn("pim peers", self.fails(daemon, 2, "peesr"))
        self.assertIn("--once", self.fails(daemon, 1, "top"))

    @unittest.skipUnless(os.geteuid() == 0, "only root can be somebody else")
    async def test_a_socket_of_somebody_else_is_no_stopped_daemon(self):
        daemon = await self.daemon("n")
        self.root.chmod(0o755)
        # The program may lie where others may not look.
        program = self.root / "pim"
        program.write_bytes(PIM.read_bytes())
        program.chmod(0o755)

        def status() -> subprocess.CompletedProcess:
            return subprocess.run(
                [str(program), "status", "--pid-file", "/nowhere"],
                env={**daemon.environment, "HOME": "/tmp"}, user="nobody", capture_output=True, text=True, timeout=30,
            )

        refused = status()
        # The daemon may close before it has read what was said, and the kernel may drop its answer then.
        self.assertIn(refused.returncode, (1, 4), refused.stdout + refused.stderr)
        self.assertEqual(refused.stdout, "")
        daemon.directory.chmod(0o700)
        barred = status()
        self.assertEqual(barred.returncode, 1, barred.stdout + barred.stderr)
        self.assertEqual(barred.stdout, "")
        self.assertIn("sudo", barred.stderr)
        self.assertIn(f"cannot use the control socket {daemon.socket}: Permission denied\n", barred.stderr)

    async def test_up_and_down(self):
        daemon = self.prepare("n")
        files = ("-c", str(daemon.config), "--pid-file", str(daemon.pid_file), "--log-file", str(daemon.log))
        up = self.json(daemon, "up", "-d", *files)
        self.assertEqual(up["pid"], int(daemon.pid_file.read_text()))
        self.assertEqual(self.json(daemon, "down", "--wait"), {"pid": up["pid"], "stopped": True})
        self.assertFalse(daemon.pid_file.exists())
        self.fails(daemon, 3, "down")

    async def test_logs_are_followed_over_a_restart_and_filtered(self):
        daemon = await self.daemon("n")
        follower = subprocess.Popen(
            [str(PIM), "logs", "-F"],
            env=daemon.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        self.addCleanup(self.end, follower)
        seen: list[str] = []

        def shown(count: int) -> bool:
            while len([line for line in seen if "rpc listening" in line]) < count:
                line = follower.stdout.readline()
                if not line:
                    return False
                seen.append(line)
            return True

        self.assertTrue(shown(1))
        await daemon.stop()
        await daemon.start()
        self.assertTrue(shown(2))
        lines = [json.loads(line) for line in self.ok(daemon, "logs", "--json", "--level", "info").splitlines()]
        self.assertTrue(lines)
        self.assertTrue(all(line["level"] in ("info", "warn", "error") for line in lines))
        self.assertEqual(len(self.ok(daemon, "logs", "-n", "2").splitlines()), 2)
        file = self.ok(daemon, "logs", "--log-file", str(daemon.log), "--level", "error")
        self.assertNotIn("rpc listening", file)

    async def test_a_terminal_has_colours_and_is_told_what_is_waited_for(self):
        daemon = await self.daemon("n")
        coloured = Terminal([str(PIM), "status"], daemon.environment)
        self.addAsyncCleanup(coloured.close)
        await coloured.until_shown(r"pim: running")
        self.assertIn("\x1b[32mrunning\x1b[0m", coloured.screen.text)
        plain = Terminal([str(PIM), "status", "--no-color"], daemon.environment)
        self.addAsyncCleanup(plain.close)
        await plain.until_shown(r"pim: running")
        self.assertNotIn("\x1b", plain.screen.text)
        with socket.create_server(("127.0.0.1", 0)) as silent:
            # Accepts by the kernel alone, and says nothing.
            address = f"127.0.0.1:{silent.getsockname()[1]}"
            waiting = Terminal([str(PIM), "peers", "pair", address], daemon.environment)
            self.addAsyncCleanup(waiting.close)
            await waiting.until_shown(r"waiting for .* to prove itself \(\d s\)")
            waiting.press("\x03")
            await waiting.ended()

    async def test_completions_ask_the_daemon(self):
        a, _, _ = await self.chain()

        def complete(*words: str) -> list[str]:
            script = (
                f'. <({PIM} --generate-completion-script bash)\n'
                'COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMP_LINE="$*"; COMP_POINT=${#COMP_LINE}; COMP_TYPE=9\n'
                '_pim "$1" "${@: -1}" "${@: -2:1}"; printf "%s\\n" "${COMPREPLY[@]}"'
            )
            done = subprocess.run(
                ["bash", "-c", script, "bash", str(PIM), *words],
                env=a.environment, capture_output=True, text=True, timeout=30,
            )
            return done.stdout.split()

        self.assertEqual(complete("ping", ""), ["b", "r"])
        self.assertEqual(complete("config", "get", "transport.listen"), ["transport.listen_port"])
        self.assertEqual(complete("mesh", "gen"), ["generate-passphrase"])
        await a.stop()
        self.assertEqual(complete("ping", ""), [])


if __name__ == "__main__":
    unittest.main()
