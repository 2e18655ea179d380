"""The control socket, the configuration and the `pim` command, as a user and as a vandal meets them."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import unittest

from control_socket import ControlSocket, Refused
from daemon import Daemon
from mesh_case import MeshCase
from pim_peer.control import Goodbye
from pim_peer.frames import HANDSHAKE
from pim_peer.handshake import Initiator
from pim_peer.identity import Identity
from pim_peer.link import Link
from waiting import until


class Vandals(MeshCase):
    async def raw(self, daemon: Daemon, data: bytes, answers: int | None = None, timeout: float = 10) -> list[dict]:
        """Sends bytes as they are; returns the answers until there are enough or the daemon closes."""
        reader, writer = await asyncio.open_unix_connection(str(daemon.socket), limit=16 * 1024 * 1024)
        found: list[dict] = []

        async def collect() -> None:
            while answers is None or len(found) < answers:
                line = await reader.readline()
                if not line:
                    return
                message = json.loads(line)
                if "method" not in message:
                    found.append(message)

        try:
            writer.write(data)
            if answers is None:
                writer.write_eof()
            await asyncio.wait_for(collect(), timeout)
        except ConnectionError:
            pass
        finally:
            writer.close()
        return found

    async def assert_answers(self, daemon: Daemon) -> None:
        fresh = await ControlSocket.connect(daemon.socket)
        self.assertEqual((await fresh.call("status"))["node_id"], daemon.id.hex())
        await fresh.close()
        self.assertTrue(daemon.is_running)

    async def test_unreadable_lines_are_answered_with_a_parse_error(self):
        daemon = await self.daemon("read")
        lines = [b"{", b"null", b"42", b'"text"', b"[", b"{}", b'{"method":7}', b'{"id":1}']
        answers = await self.raw(daemon, b"\n".join(lines) + b"\n", answers=len(lines))
        self.assertEqual([answer["error"]["code"] for answer in answers], [-32700] * len(lines))
        self.assertEqual({answer["id"] for answer in answers}, {None})
        await self.assert_answers(daemon)

    async def test_hello_comes_first_and_speaks_version_one(self):
        daemon = await self.daemon("gate")
        connection = await ControlSocket.connect(daemon.socket, hello=False)
        self.addAsyncCleanup(connection.close)
        with self.assertRaises(Refused) as refusal:
            await connection.call("status")
        self.assertEqual(refusal.exception.code, -32600)
        with self.assertRaises(Refused) as refusal:
            await connection.call("rpc.hello", {"rpc_version": 2})
        self.assertEqual(refusal.exception.code, -32001)
        hello = await connection.call("rpc.hello", {"rpc_version": 1})
        self.assertEqual(hello["rpc_version"], 1)
        with self.assertRaises(Refused) as refusal:
            await connection.call("no.such.method")
        self.assertEqual(refusal.exception.code, -32601)

    async def test_garbage_of_many_kinds_leaves_the_daemon_answering(self):
        daemon = await self.daemon("sturdy")
        deep = b'{"method":"status","params":' + b"[" * 100_000 + b"]" * 100_000 + b"}\n"
        for data in (os.urandom(65_536), b"\xff\xfe\n", b"\n" * 10_000, deep, b'{"method":"status"'):
            await self.raw(daemon, data)
            await self.assert_answers(daemon)

    async def test_endless_line_is_cut_off(self):
        daemon = await self.daemon("bounded")
        reader, writer = await asyncio.open_unix_connection(str(daemon.socket))
        with self.assertRaises(ConnectionError):
            for _ in range(1024):
                writer.write(b"x" * 65_536)
                await asyncio.wait_for(writer.drain(), 10)
                if reader.at_eof():
                    raise ConnectionResetError
            self.fail("64 MiB without a line end were taken")
        writer.close()
        await self.assert_answers(daemon)

    async def test_many_silent_connections_leave_room_for_a_client(self):
        daemon = await self.daemon("crowded")
        crowd = []
        for _ in range(200):
            try:
                crowd.append((await asyncio.open_unix_connection(str(daemon.socket)))[1])
            except OSError:
                break
        try:
            await until(lambda: crowd, "somebody got in")
        finally:
            for writer in crowd:
                writer.close()

        async def answers() -> bool:
            try:
                await self.assert_answers(daemon)
                return True
            except (OSError, ConnectionError):
                return False

        await until(answers, "a client is served again")

    async def test_bad_parameters_carry_their_codes(self):
        """MS-9, MS-10 and MS-14 among others."""
        daemon = await self.daemon("strict")
        peer = "ab" * 16
        cases = [
            ("messages.send", {"peer_node_id": peer, "body": ""}, -32602),
            ("messages.send", {"peer_node_id": "short", "body": "x" * 8193}, -32061),
            ("messages.send", {"peer_node_id": "short", "body": "x"}, -32602),
            ("messages.send", {"peer_node_id": peer, "body": "x"}, -32060),
            ("messages.send", {"peer_node_id": peer}, -32602),
            ("messages.history", {"peer_node_id": "é" * 16}, -32602),
            ("messages.mark_read", {"peer_node_id": peer, "up_to_ts_ms": "now"}, -32602),
            ("peers.forget", {"node_id": 5}, -32602),
            ("peers.import_identity", {"node_id": peer, "x25519_pubkey": "zz"}, -32602),
        ]
        for method, params, code in cases:
            with self.subTest(method=method, params=params), self.assertRaises(Refused) as refusal:
                await daemon.call(method, params)
            self.assertEqual(refusal.exception.code, code, (method, params))

    async def test_an_imported_name_has_no_margins(self):
        daemon = await self.daemon("importing")
        client = await ControlSocket.connect(daemon.socket)
        peer = {"node_id": "ab" * 16, "x25519_pubkey": "cd" * 32}
        await client.call("peers.import_identity", peer | {"friendly_name": "  Ben \n"})
        await client.call("peers.import_identity", peer | {"friendly_name": " "})
        await client.close()
        found = daemon.rows(daemon.data / "peers.db", "SELECT last_known_name AS name FROM peers_seen")
        self.assertEqual(found, [{"name": "Ben"}])


class Commands(MeshCase):
    async def test_status_without_a_daemon_says_how_to_start_one(self):
        daemon = self.prepare("absent")
        result = daemon.pim("status", "--pid-file", str(daemon.pid_file))
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertIn("pim: stopped", result.stdout)
        self.assertIn("pim up", result.stderr)
        checked = daemon.pim("status", "--check", "--pid-file", str(daemon.pid_file))
        self.assertEqual((checked.returncode, checked.stdout), (3, result.stdout))

    async def test_commands_tell_what_the_daemon_knows(self):
        daemon = await self.daemon("telling")
        node = await self.linked_peer(daemon)
        await self.exchange(daemon, node)
        status = json.loads(daemon.pim("status", "--json").stdout)
        self.assertEqual(status["node_id"], daemon.id.hex())
        for command in (("status",), ("status", "--verbose"), ("peers",), ("routes",), ("plugins",)):
            result = daemon.pim(*command)
            self.assertEqual((result.returncode, result.stderr), (0, ""), command)
            self.assertTrue(result.stdout.strip(), command)
        self.assertIn(node.id.hex()[:8], daemon.pim("peers").stdout)
        self.assertIn("messaging", daemon.pim("plugins").stdout)
        self.assertIn("still here, daemon", daemon.pim("messages", "history", node.id.hex()).stdout)
        sent = daemon.pim("messages", "send", node.id.hex(), "by hand")
        self.assertEqual(sent.returncode, 0, sent.stderr)
        await until(lambda: any(m.body == "by hand" for m in node.messaging.inbox), "the message of the command")
        self.assertEqual(daemon.pim("messages", "send", "ab" * 16, "nobody").returncode, 4)
        self.assertEqual(daemon.pim("no-such-command").returncode, 2)

    async def stranger(self, daemon: Daemon) -> Link:
        link = await Link.dial(daemon.port, source="127.0.0.66")
        self.addCleanup(link.abort)
        return link

    async def test_verbose_status_counts_what_strangers_tried(self):
        daemon = await self.daemon("counting")
        node = await self.linked_peer(daemon)
        self.assertNotIn("forged_preamble", daemon.pim("status", "--verbose").stdout)
        link = await self.stranger(daemon)
        link.send_bytes(node.id)
        link.send_control(Goodbye(node.id))
        link.send_clear(HANDSHAKE, Initiator(Identity.generate()).init.encode())
        self.assertTrue(await link.ended())
        link = await self.stranger(daemon)
        link.send_bytes(bytes(16) + b"\xff" * 64)
        self.assertTrue(await link.ended())
        node.peers[daemon.id].link.send_control(Goodbye(bytes(16)))
        await self.exchange(daemon, node)
        shown = daemon.pim("status", "--verbose").stdout
        counted = dict(line.split()[:2] for line in shown.splitlines() if len(line.split()) == 2)
        for counter in ("forged_preamble", "stream_broken", "drop_before_session", "goodbye_for_another"):
            self.assertEqual(counted.get(counter + ":"), "1", f"{counter} in\n{shown}")

    async def test_up_and_down_run_a_daemon_in_the_background(self):
        daemon = self.prepare("background")
        up = daemon.pim(
            "up", "--config", str(daemon.config), "--pid-file", str(daemon.pid_file), "--daemon",
            "--log-file", str(daemon.log),
        )
        self.assertEqual(up.returncode, 0, up.stderr)
        await until(lambda: daemon.pim("status", "--check").returncode == 0, "the daemon answers", every=0.1)
        pid = int(daemon.pid_file.read_text().strip())
        down = daemon.pim("down", "--pid-file", str(daemon.pid_file))
        self.assertEqual(down.returncode, 0, down.stderr)

        def gone() -> bool:
            try:
                os.kill(pid, 0)
                return False
            except ProcessLookupError:
                return True

        await until(gone, "the daemon is gone", timeout=5)
        self.assertFalse(daemon.pid_file.exists() or daemon.socket.exists())


class Configurations(MeshCase):
    """The files of spec/config.md section 8, with the interface off and paths of their own."""

    COMMON = (
        '[interface]\nenabled = false\nname = "pim0"\nmtu = 1400\n\n[discovery]\nenabled = true\n'
        "connect_relays = true\nconnect_gateways = true\n\n"
        '[routing]\ndns_servers = ["9.9.9.9", "149.112.112.112"]\n\n'
    )
    CLEANUP = "enabled = true\nmax_unreachable_lifetime_s = 259200\ncleanup_interval_s = 3600\n\n"

    def files(self, daemon: Daemon) -> dict[str, str]:
        security = f'[security]\nkey_file = "{daemon.directory}/node.key"\n'
        trust = f'authorization_policy = "trust_on_first_use"\ntrust_store_file = "{daemon.directory}/trusted.toml"\n\n'
        listed = (
            'authorization_policy = "allow_list"\nauthorized_peers = [\n  "56475aa75463474c0285df5dbf2bcab7",\n'
            '  "0f1e2d3c4b5a69788796a5b4c3d2e1f0",\n]\n\n'
        )
        port = f"[transport]\nlisten_port = {daemon.port}\n"
        off = "[interface]\nenabled = false\n\n[discovery]\nenabled = false\n\n"
        return {
            "client": f'[node]\nname = "field-laptop"\n\n{self.COMMON}{port}\n{security}{trust}'
            "[messaging.broadcast]\noutgoing_interval_s = 300\nwatch_incoming = true\nmin_peer_interval_s = 60\n\n"
            '[[peers]]\nlabel = "hill-relay"\nmechanism = "tcp"\naddress = "198.51.100.20:9100"\n',
            "relay": f'[node]\nname = "hill-relay"\n\n{off}[relay]\nenabled = true\n\n{port}'
            "connect_timeout_ms = 5000\nmax_reconnect_attempts = 100\n\n"
            f"[transport.peer_cleanup]\n{self.CLEANUP}{security}\n"
            "[bluetooth_rfcomm]\nenabled = true\nchannel = 22\noutbound_enabled = false\n\n"
            '[[peers]]\nlabel = "gateway-1"\nmechanism = "tcp"\naddress = "gw1.example.net:9100"\n\n'
            '[[peers]]\nlabel = "gateway-2"\nmechanism = "tcp"\naddress = "[2001:db8::2]:9100"\n',
            "gateway": f'[node]\nname = "gw1"\n\n{off}[gateway]\nenabled = true\nnat_interface = "wan0"\n'
            f"max_connections = 400\n\n{port}\n{security}{listed}"
            "[bluetooth]\nenabled = true\nconnect_pan = false\nserve_nap = true\n"
            'nap_bridge = "br-bt"\nnap_bridge_addr = "192.168.44.1/24"\n'
            'dhcp_range = "192.168.44.50,192.168.44.150"\ndhcp_lease_time = "2h"\n\n'
            "[bluetooth.peer_cleanup]\nenabled = false\nmax_unreachable_lifetime_s = 7200\n"
            "cleanup_interval_s = 3600\n\n"
            '[[peers]]\nlabel = "tablet"\nmechanism = "bluetooth"\nip = "192.168.44.60"\n',
            "private": '[node]\nname = "clinic-3"\n\n[interface]\nenabled = false\nmesh_ipv4_prefix = "10.90.0.0/16"\n'
            'mesh_ipv6_prefix = "fd90:1::/64"\n\n[discovery]\nenabled = false\n\n'
            '[mesh]\nmode = "private"\npassphrase = "seven quiet herons cross the estuary"\n'
            'mesh_id = "clinics-north"\n\n[mesh.kdf]\nm_cost_kib = 65536\nt_cost = 3\np_cost = 1\n\n'
            f"[relay]\nenabled = true\n\n{port}\n{security}\n[messaging.peer_cleanup]\nenabled = true\n"
            "max_unreachable_lifetime_s = 15552000\ncleanup_interval_s = 86400\n",
        }

    async def test_a_reload_takes_new_peers_and_names(self):
        listener, other = await self.daemon("listener"), await self.daemon("other")
        dialer = await self.daemon("dialer", peers=(f"127.0.0.1:{listener.port}",))

        async def has(*others: Daemon) -> bool:
            return await dialer.linked() == {other.id for other in others}

        await until(lambda: has(listener), "the configured peer is linked", 10)

        async def labels() -> set[str | None]:
            return {peer["label"] for peer in await dialer.call("peers.list") if peer["static"]}

        self.assertEqual(await labels(), {"listener"})
        text = dialer.config.read_text().replace("[[peers]]", '[[peers]]\nlabel = "the shed"')
        added = f'\n[[peers]]\nlabel = "the barn"\nmechanism = "tcp"\naddress = "127.0.0.1:{other.port}"\n'
        dialer.config.write_text(text + added)
        dialer.process.send_signal(signal.SIGHUP)
        await until(lambda: has(listener, other), "the new peer is linked as well", 10)

        async def renamed() -> bool:
            return await labels() == {"the shed", "the barn"}

        await until(renamed, "the list has the new names", 10)

    async def test_reference_files_start(self):
        for name in ("client", "relay", "gateway", "private"):
            with self.subTest(name):
                daemon = self.prepare(name)
                daemon.config.write_text(self.files(daemon)[name])
                await daemon.start()
                status = await daemon.call("status")
                self.assertEqual(status["node_id"], daemon.id.hex())
                self.assertEqual((status["interface"]["name"], status["interface"]["up"]), ("", False))
                if name == "private":
                    self.assertRegex(status["mesh_ip"], r"^10\.90\.\d+\.\d+/16$")
                checked = daemon.pim("config", "check", "--config", str(daemon.config))
                self.assertEqual(checked.returncode, 0, checked.stderr)
                self.assertEqual(await daemon.stop(), 0)
                self.assertNotIn("herons", daemon.log_text())

    async def test_mistakes_name_file_line_and_key(self):
        mistakes = {
            '[node]\nname = "x"\n[transport]\nlisten_port = 70000\n': ("transport.listen_port", ":4:"),
            '[node]\nname = "x"\n[security]\nauthorization_policy = "everybody"\n': ("authorization_policy", ":4:"),
            "[transport]\nlisten_port = 9100\n": ("node", ""),
            '[node]\nname = "x"\n[interface\n': ("", ":3:"),
        }
        for number, (text, (key, line)) in enumerate(mistakes.items()):
            with self.subTest(text):
                daemon = self.prepare(f"mistaken-{number}")
                daemon.config.write_text(text)
                daemon.spawn()
                await until(lambda daemon=daemon: daemon.process.poll() is not None, "it gives up", timeout=15)
                self.assertEqual(daemon.process.returncode, 1)
                report = daemon.log_text()
                self.assertIn("pim.toml", report)
                self.assertIn(key, report)
                self.assertIn(line, report)
                self.assertEqual(daemon.pim("config", "check", "--config", str(daemon.config)).returncode, 1)


if __name__ == "__main__":
    unittest.main()
