"""How the control socket treats its clients: batches, order, suggestions, who may come in, and answers across the mesh."""

from __future__ import annotations

import asyncio
import grp
import json
import os
import pwd
import shutil
import subprocess
import unittest

from control_socket import ControlSocket, Refused
from daemon import Daemon, free_port
from mesh_case import MeshCase
from waiting import until


class Lines(MeshCase):
    async def exchange(self, daemon: Daemon, *lines: bytes, answers: int) -> list:
        """Sends hello and the lines, ends the sending side, and returns the answers behind hello's."""
        reader, writer = await asyncio.open_unix_connection(str(daemon.socket), limit=32 * 1024 * 1024)
        writer.write(b'{"id":0,"method":"rpc.hello"}\n' + b"".join(line + b"\n" for line in lines))
        writer.write_eof()
        found = []
        while line := await asyncio.wait_for(reader.readline(), 20):
            message = json.loads(line)
            if isinstance(message, list) or "method" not in message:
                found.append(message)
        writer.close()
        self.assertEqual(found[0]["result"]["rpc_version"], 1)
        self.assertEqual(len(found) - 1, answers, found)
        return found[1:]

    async def test_a_batch_is_answered_by_one_line_in_its_order(self):
        daemon = await self.daemon("batch")
        batch = b'[{"id":1,"method":"status"},{"id":"two","method":"nope"},7,{"method":"route.table"}]'
        [answer] = await self.exchange(daemon, batch, answers=1)
        self.assertEqual([entry["id"] for entry in answer], [1, "two", None, None])
        self.assertEqual(answer[0]["result"]["node_id"], daemon.id.hex())
        self.assertEqual([entry["error"]["code"] for entry in answer[1:3]], [-32601, -32700])
        self.assertEqual(answer[3]["result"]["routes"], [])

    async def test_a_batch_may_begin_with_hello(self):
        daemon = await self.daemon("polite")
        reader, writer = await asyncio.open_unix_connection(str(daemon.socket))
        writer.write(b'[{"id":1,"method":"rpc.hello"},{"id":2,"method":"plugins.list"}]\n')
        answer = json.loads(await asyncio.wait_for(reader.readline(), 10))
        writer.close()
        self.assertEqual(["result" in entry for entry in answer], [True, True])

    async def test_batches_are_bounded(self):
        daemon = await self.daemon("bounded")
        large = json.dumps([{"id": n, "method": "status"} for n in range(101)]).encode()
        empty, many = await self.exchange(daemon, b"[]", large, answers=2)
        self.assertEqual([empty["error"]["code"], many["error"]["code"]], [-32600, -32600])
        text = {"config": "x" * 9000}
        echo = json.dumps([{"id": n, "method": "config.save", "params": text} for n in range(100)]).encode()
        [answer] = await self.exchange(daemon, echo, answers=1)
        self.assertEqual(len(answer), 100)

    async def test_an_unknown_method_brings_the_one_that_was_meant(self):
        daemon = await self.daemon("helpful")
        with self.assertRaises(Refused) as refusal:
            await daemon.call("peers.lst")
        self.assertEqual((refusal.exception.code, refusal.exception.data), (-32601, {"suggestion": "peers.list"}))
        self.assertIn("peers.list", str(refusal.exception))
        with self.assertRaises(Refused) as refusal:
            await daemon.call("quite.something.else")
        self.assertIsNone(refusal.exception.data)

    async def test_calls_that_wait_for_others_hold_nobody_up(self):
        silent = await asyncio.start_server(lambda reader, writer: None, "127.0.0.1", 0)
        self.addAsyncCleanup(silent.wait_closed)
        self.addCleanup(silent.close)
        daemon = await self.daemon("patient")
        address = f"127.0.0.1:{silent.sockets[0].getsockname()[1]}"
        connection = await daemon.connection()
        pairing = asyncio.create_task(connection.call("peers.pair", {"address": address}, timeout=30))

        async def is_dialling() -> bool:
            return bool(await connection.call("peers.list"))

        await until(is_dialling, "the daemon dials")
        self.assertFalse(pairing.done())
        with self.assertRaises(Refused) as refusal:
            await pairing
        self.assertIn(refusal.exception.code, (-32013, -32014))

    async def test_a_line_that_is_too_long_takes_no_answer_with_it(self):
        daemon = await self.daemon("thorough")
        closed = f'{{"id":1,"method":"peers.pair","params":{{"address":"127.0.0.1:{free_port()}"}}}}'.encode()
        pair, refused = await self.exchange(daemon, closed, b'{"id":2,"method":"' + b"x" * (1 << 20) + b'"}', answers=2)
        self.assertEqual({pair["id"], refused["id"]}, {1, None})

    async def test_dependent_calls_keep_their_order(self):
        daemon = await self.daemon("ordered")
        lines = []
        for number in range(50):
            changes = [{"key": "gateway.max_connections", "value": 1000 + number}]
            lines.append(json.dumps({"id": 2 * number, "method": "config.set", "params": {"changes": changes}}))
            lines.append(json.dumps({"id": 2 * number + 1, "method": "config.get"}))
        answers = await self.exchange(daemon, *(line.encode() for line in lines), answers=100)
        self.assertEqual([answer["id"] for answer in answers], list(range(100)))
        for number in range(50):
            self.assertIn(f"max_connections = {1000 + number}\n", answers[2 * number + 1]["result"]["config"])


@unittest.skipUnless(os.geteuid() == 0, "needs root to act as other users")
class Visitors(MeshCase):
    """Users that are neither the daemon's nor root."""

    GROUP, MEMBER, STRANGER = "pimtest", "pimmember", "pimstranger"

    def setUp(self):
        super().setUp()
        self.remove_users()
        subprocess.run(["groupadd", self.GROUP], check=True)
        for user in (self.MEMBER, self.STRANGER):
            subprocess.run(["useradd", "-M", "-N", "-g", "nogroup", user], check=True)
        subprocess.run(["usermod", "-a", "-G", self.GROUP, self.MEMBER], check=True)
        self.addCleanup(self.remove_users)
        # The way to the socket is open, so that only the daemon decides.
        self.root.chmod(0o755)

    def remove_users(self):
        for user in (self.MEMBER, self.STRANGER):
            subprocess.run(["userdel", user], capture_output=True)
        subprocess.run(["groupdel", self.GROUP], capture_output=True)

    def answer_to(self, user: str, daemon: Daemon, how: tuple[str, ...] = ()) -> dict:
        script = (
            "import socket,sys\ns=socket.socket(socket.AF_UNIX);s.connect(sys.argv[1])\n"
            "s.sendall(b'{\"id\":1,\"method\":\"rpc.hello\"}\\n');print(s.makefile().readline())"
        )
        python = shutil.which("python3", path="/usr/bin:/bin") or "/usr/bin/python3"
        done = subprocess.run(
            [*(how or ("runuser", "-u", user)), "--", python, "-c", script, str(daemon.socket)], capture_output=True, text=True
        )
        if done.returncode:
            return {"refused": done.stderr.splitlines()[-1]}
        return json.loads(done.stdout)

    async def test_members_of_the_group_come_in_and_others_do_not(self):
        daemon = await self.daemon("club", extra=f'[rpc]\ngroup = "{self.GROUP}"\n')
        daemon.directory.chmod(0o755)
        status = daemon.socket.stat()
        self.assertEqual(status.st_gid, grp.getgrnam(self.GROUP).gr_gid)
        self.assertEqual(status.st_mode & 0o777, 0o660)
        self.assertIn("result", self.answer_to(self.MEMBER, daemon))
        self.assertIn("Permission", self.answer_to(self.STRANGER, daemon)["refused"])
        # Not even with the door open.
        daemon.socket.chmod(0o666)
        answer = self.answer_to(self.STRANGER, daemon)
        self.assertEqual(answer["error"]["code"], -32003)
        self.assertIn(str(pwd.getpwnam(self.STRANGER).pw_uid), answer["error"]["message"])
        self.assertEqual((await daemon.call("status"))["node"], "club")

    async def test_what_the_process_was_given_counts_like_the_database(self):
        daemon = await self.daemon("given", extra=f'[rpc]\ngroup = "{self.GROUP}"\n')
        daemon.directory.chmod(0o755)
        stranger, group = pwd.getpwnam(self.STRANGER).pw_uid, grp.getgrnam(self.GROUP).gr_gid
        many = ",".join(str(number) for number in range(100_000, 100_200))
        for groups in (f"{group}", f"{many},{group}"):
            with self.subTest(groups=groups):
                how = ("setpriv", f"--reuid={stranger}", "--regid=65534", f"--groups={groups}")
                self.assertIn("result", self.answer_to(self.STRANGER, daemon, how))
        daemon.socket.chmod(0o666)
        how = ("setpriv", f"--reuid={stranger}", "--regid=65534", f"--groups={many}")
        self.assertEqual(self.answer_to(self.STRANGER, daemon, how)["error"]["code"], -32003)

    async def test_a_directory_the_daemon_makes_lets_the_group_through(self):
        path = self.root / "made" / "sock"
        daemon = await self.daemon("maker", extra=f'[rpc]\ngroup = "{self.GROUP}"\n', socket_path=path)
        self.assertEqual(path.parent.stat().st_mode & 0o777, 0o710)
        self.assertIn("result", self.answer_to(self.MEMBER, daemon))

    async def test_without_a_group_only_the_owner_and_root_come_in(self):
        daemon = await self.daemon("private")
        daemon.directory.chmod(0o755)
        daemon.socket.chmod(0o666)
        self.assertEqual(self.answer_to(self.MEMBER, daemon)["error"]["code"], -32003)

    async def test_a_group_nobody_has_heard_of_keeps_the_daemon_from_starting(self):
        daemon = self.prepare("lost", extra='[rpc]\ngroup = "no-such-group"\n')
        daemon.spawn()
        await until(lambda: daemon.process.poll() is not None, "the daemon ends")
        self.assertEqual(daemon.process.returncode, 1)
        self.assertIn("no-such-group", daemon.log_text())


class AcrossTheMesh(MeshCase):
    async def chain(self) -> tuple[Daemon, Daemon, Daemon]:
        relay = await self.daemon("relay")
        address = f"127.0.0.1:{relay.port}"
        a, c = await self.daemon("a", peers=(address,)), await self.daemon("c", peers=(address,))

        async def is_routed() -> bool:
            return await a.hops_to(c.id) == 2 and await c.hops_to(a.id) == 2

        await until(is_routed, "a and c know the way", timeout=30)
        return a, relay, c

    async def test_ping_and_trace_tell_the_way(self):
        a, relay, c = await self.chain()
        answer = await a.call("diagnostics.ping", {"node_id": c.id.hex(), "size": 1000})
        self.assertEqual((answer["node_id"], answer["hops"], answer["size"]), (c.id.hex(), 2, 1000))
        self.assertEqual((answer["via"], answer["name"]), (relay.id.hex(), "c"))
        self.assertGreater(answer["rtt_ms"], 0)
        trace = await a.call("diagnostics.trace", {"node_id": c.id.hex()})
        self.assertEqual([(hop["node_id"], hop["name"]) for hop in trace["hops"]], [(relay.id.hex(), "relay"), (c.id.hex(), "c")])
        self.assertTrue(trace["reached"])
        self.assertIsNone(trace["reason"])
        self.assertTrue(all(hop["rtt_ms"] > 0 for hop in trace["hops"]))

    async def test_who_is_away_or_silent_is_told_apart(self):
        daemon = await self.daemon("a")
        for method in ("diagnostics.ping", "diagnostics.trace"):
            with self.assertRaises(Refused) as refusal:
                await daemon.call(method, {"node_id": "ab" * 16})
            self.assertEqual(refusal.exception.code, -32010)
        reference = await self.linked_peer(daemon)
        params = {"node_id": reference.id.hex(), "timeout_ms": 300}
        with self.assertRaises(Refused) as refusal:
            await daemon.call("diagnostics.ping", params)
        self.assertEqual(refusal.exception.code, -32014)
        trace = await daemon.call("diagnostics.trace", params)
        self.assertEqual([hop["rtt_ms"] for hop in trace["hops"]], [None])
        self.assertFalse(trace["reached"])
        for wrong in ({"timeout_ms": 0}, {"timeout_ms": 60_001}, {"size": -1}, {"size": 16_385}):
            with self.assertRaises(Refused) as refusal:
                await daemon.call("diagnostics.ping", params | wrong)
            self.assertEqual(refusal.exception.code, -32602, wrong)

    async def test_a_node_can_keep_its_silence(self):
        quiet = await self.daemon("quiet", extra="[plugins.diagnostics]\nenabled = false\n")
        asker = await self.daemon("asker", peers=(f"127.0.0.1:{quiet.port}",))

        async def is_linked() -> bool:
            return quiet.id in await asker.linked()

        await until(is_linked, "they are linked")
        with self.assertRaises(Refused) as refusal:
            await asker.call("diagnostics.ping", {"node_id": quiet.id.hex(), "timeout_ms": 500})
        self.assertEqual(refusal.exception.code, -32014)
        with self.assertRaises(Refused) as refusal:
            await quiet.call("diagnostics.ping", {"node_id": asker.id.hex()})
        self.assertIn(refusal.exception.code, (-32000, -32601))
