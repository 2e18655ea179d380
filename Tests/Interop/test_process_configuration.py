"""The configuration of a running daemon: read, checked, saved, applied, over the socket and by signal."""

from __future__ import annotations

import asyncio
import os
import signal
import tomllib
import unittest

from control_socket import Refused
from daemon import Daemon
from mesh_case import MeshCase, PASSPHRASE, private_mesh
from waiting import until

MASK = "********"


class RunningConfiguration(MeshCase):
    async def refusal(self, daemon: Daemon, method: str, params) -> Refused:
        with self.assertRaises(Refused) as caught:
            await daemon.call(method, params)
        return caught.exception

    async def test_the_file_is_given_as_it_is_but_for_secrets(self):
        daemon = await self.daemon("secretive", mesh=private_mesh())
        shown = await daemon.call("config.get", {"format": "json"})
        self.assertEqual(shown["source_path"], str(daemon.config))
        self.assertEqual(shown["format"], "json")
        self.assertEqual(shown["masked"], ["mesh.passphrase"])
        self.assertNotIn(PASSPHRASE, shown["config"])
        self.assertEqual(shown["config"], daemon.config.read_text().replace(PASSPHRASE, MASK))
        self.assertRegex(shown["last_modified"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$")
        clear = await daemon.call("config.get", {"include_secrets": True})
        self.assertEqual(clear["config"], daemon.config.read_text())
        self.assertEqual(clear["masked"], [])

    async def test_a_masked_text_that_returns_keeps_its_secret(self):
        daemon = await self.daemon("keeper", mesh=private_mesh())
        shown = (await daemon.call("config.get"))["config"]
        edited = shown + "\n# edited by hand\n"
        saved = await daemon.call("config.save", {"config": edited})
        self.assertTrue(saved["saved"])
        self.assertEqual((saved["requires_restart"], saved["applied"]), ([], []))
        text = daemon.config.read_text()
        self.assertIn(f'passphrase = "{PASSPHRASE}"', text)
        self.assertIn("# edited by hand", text)
        self.assertEqual(daemon.config.stat().st_mode & 0o777, 0o600)

    async def test_a_mask_that_stands_for_nothing_is_refused(self):
        daemon = await self.daemon("open")
        text = daemon.config.read_text() + f'\n[mesh]\npassphrase = "{MASK}"\n'
        error = await self.refusal(daemon, "config.save", {"config": text})
        self.assertEqual(error.code, -32020)
        self.assertEqual([entry["path"] for entry in error.data], ["mesh.passphrase"])
        self.assertNotIn(MASK, daemon.config.read_text())

    async def test_what_is_only_worth_a_warning_is_no_error(self):
        daemon = await self.daemon("careless", mesh=private_mesh())
        daemon.config.chmod(0o644)
        saved = await daemon.call("config.set", {"changes": [{"key": "log.level", "value": "warn"}]})
        self.assertEqual([entry["path"] for entry in saved["warnings"]], ["mesh.passphrase"])
        error = await self.refusal(daemon, "config.set", {"changes": [{"key": "log.level", "value": "loud"}]})
        self.assertEqual([entry["path"] for entry in error.data], ["log.level"])
        self.assertNotIn("more", str(error))

    async def test_every_problem_of_a_text_has_its_place(self):
        daemon = await self.daemon("strict")
        before = daemon.config.read_text()
        text = before.replace("connect_timeout_ms = 2000", 'connect_timeout_ms = "soon"') + "[gateway]\nenabled = 1\n"
        error = await self.refusal(daemon, "config.save", {"config": text, "dry_run": True})
        self.assertEqual(error.code, -32020)
        lines = text.splitlines()
        places = {entry["path"]: (entry["line"], entry["column"]) for entry in error.data}
        self.assertEqual(set(places), {"transport.connect_timeout_ms", "gateway.enabled"})
        for path, (line, column) in places.items():
            key = path.split(".")[1]
            self.assertTrue(lines[line - 1].startswith(key))
            self.assertEqual(column, len(key) + 4)
        broken = await self.refusal(daemon, "config.save", {"config": "[node\n"})
        self.assertEqual((broken.code, broken.data[0]["line"]), (-32020, 1))
        self.assertEqual(daemon.config.read_text(), before)

    async def test_sections_of_plugins_are_checked_by_the_plugin(self):
        daemon = await self.daemon("plugins")
        text = daemon.config.read_text() + '\n[plugins.messaging]\noutbox_ttl_s = "for ever"\n'
        error = await self.refusal(daemon, "config.save", {"config": text})
        self.assertEqual(error.code, -32020)
        self.assertIn("outbox_ttl_s", error.data[0]["message"])

    async def test_a_dry_run_says_what_a_save_then_does(self):
        daemon = await self.daemon("dry")
        before = daemon.config.read_text()
        text = before.replace('name = "dry"', 'name = "wet"') + (
            "\n[messaging.broadcast]\noutgoing_interval_s = 90\nmin_peer_interval_s = 5\n"
        )
        expected = {
            "requires_restart": ["node.name"],
            "applied": ["messaging.broadcast.min_peer_interval_s", "messaging.broadcast.outgoing_interval_s"],
            "written_to": str(daemon.config),
            "warnings": [],
        }
        dry = await daemon.call("config.save", {"config": text, "dry_run": True})
        self.assertEqual(dry, expected | {"saved": False})
        self.assertEqual(daemon.config.read_text(), before)
        self.assertIsNone((await daemon.call("peers.get_broadcast_state"))["outgoing_interval_s"])
        real = await daemon.call("config.save", {"config": text, "dry_run": False})
        self.assertEqual(real, expected | {"saved": True})
        self.assertEqual(daemon.config.read_text(), text)
        state = await daemon.call("peers.get_broadcast_state")
        self.assertEqual((state["outgoing_interval_s"], state["min_peer_interval_s"]), (90, 5))
        # What waits for a restart is said again until it has come, or is taken back.
        again = await daemon.call("config.save", {"config": text})
        self.assertEqual((again["requires_restart"], again["applied"]), (["node.name"], []))
        back = await daemon.call("config.save", {"config": before})
        self.assertEqual(back["requires_restart"], [])

    async def test_a_key_is_set_and_everything_else_stays(self):
        comment = "# why: the neighbours are deaf\n"
        daemon = await self.daemon("setter", extra=f"{comment}[messaging.broadcast]\nwatch_incoming = true # loud\n")
        before = daemon.config.read_text()
        changes = [{"key": "messaging.broadcast.watch_incoming", "value": False}]
        answer = await daemon.call("config.set", {"changes": changes})
        self.assertEqual(answer["applied"], ["messaging.broadcast.watch_incoming"])
        text = daemon.config.read_text()
        self.assertEqual(text, before.replace("watch_incoming = true # loud", "watch_incoming = false # loud"))
        self.assertFalse((await daemon.call("peers.get_broadcast_state"))["watch_incoming"])
        await daemon.call("config.set", {"changes": [{"key": "messaging.broadcast.watch_incoming", "value": None}]})
        self.assertNotIn("watch_incoming", daemon.config.read_text())
        self.assertTrue((await daemon.call("peers.get_broadcast_state"))["watch_incoming"])

    async def test_a_key_nobody_knows_is_not_set(self):
        daemon = await self.daemon("typo")
        before = daemon.config.read_text()
        changes = [{"key": "routing.kill_swich", "value": True}]
        error = await self.refusal(daemon, "config.set", {"changes": changes})
        self.assertEqual(error.code, -32020)
        self.assertIn("kill_switch", error.data[0]["message"])
        for key in ("", "node", "a..b", "node.na me", "peers[0].label"):
            error = await self.refusal(daemon, "config.set", {"changes": [{"key": key, "value": 1}]})
            self.assertEqual(error.code, -32602, key)
        self.assertEqual(daemon.config.read_text(), before)

    async def test_who_is_taken_off_the_list_has_to_go(self):
        daemon = self.prepare("host", security='authorization_policy = "allow_list"\nauthorized_peers = []')
        guest = self.prepare("guest", peers=(f"127.0.0.1:{daemon.port}",))
        await daemon.start()
        await guest.start()
        await self.until_logged(daemon, "rejected by authorization policy")
        changes = [{"key": "security.authorized_peers", "value": [guest.id.hex()]}]
        answer = await daemon.call("config.set", {"changes": changes})
        self.assertEqual((answer["applied"], answer["requires_restart"]), (["security.authorized_peers"], []))

        async def is_linked() -> bool:
            return guest.id in await daemon.linked()

        await until(is_linked, "the guest is let in", timeout=30)
        await daemon.call("config.set", {"changes": [{"key": "security.authorized_peers", "value": []}]})

        async def is_gone() -> bool:
            return guest.id not in await daemon.linked()

        await until(is_gone, "the guest has to go")

    async def policy(self, daemon: Daemon, word: str) -> tuple[list, list]:
        answer = await daemon.call("config.set", {"changes": [{"key": "security.authorization_policy", "value": word}]})
        return answer["applied"], answer["requires_restart"]

    async def test_no_change_of_policy_is_lost_or_made_unannounced(self):
        key = ["security.authorization_policy"]
        daemon = await self.daemon("open")
        self.assertEqual(await self.policy(daemon, "trust_on_first_use"), ([], key))
        # What waits for a restart is overtaken, and counts at once.
        self.assertEqual(await self.policy(daemon, "allow_list"), (key, []))
        guest = await self.daemon("guest", peers=(f"127.0.0.1:{daemon.port}",))
        await self.until_logged(daemon, "rejected by authorization policy")
        await guest.stop()

        trusting = await self.daemon("trusting", security='authorization_policy = "trust_on_first_use"')
        self.assertEqual(await self.policy(trusting, "allow_list"), ([], key))
        await trusting.call("config.reload")
        friend = await self.daemon("friend", peers=(f"127.0.0.1:{trusting.port}",))

        async def is_linked() -> bool:
            return friend.id in await trusting.linked()

        await until(is_linked, "the policy of the start stays in force")

    async def test_a_reload_asks_plugins_too(self):
        daemon = await self.daemon("asked")
        text = daemon.config.read_text()
        daemon.config.write_text(text + "\n[plugins.messaging]\nread_receipts = 5\n\n[log]\nlevel = \"debug\"\n")
        error = await self.refusal(daemon, "config.reload", None)
        self.assertEqual(error.code, -32020)
        self.assertNotIn("DEBUG", daemon.log_text())

    async def test_a_section_is_not_removed_by_its_name(self):
        daemon = await self.daemon("careful")
        daemon.config.write_text(daemon.config.read_text() + "\n[messaging.broadcast]\nwatch_incoming = true\n")
        error = await self.refusal(daemon, "config.set", {"changes": [{"key": "messaging.broadcast", "value": None}]})
        self.assertEqual(error.code, -32021)
        self.assertIn("watch_incoming", daemon.config.read_text())

    @unittest.skipUnless(os.geteuid() == 0, "needs root to give a file away")
    async def test_an_edit_leaves_the_file_to_its_owner(self):
        daemon = await self.daemon("owned")
        os.chown(daemon.config, 65534, 60)
        daemon.config.chmod(0o640)
        await daemon.call("config.set", {"changes": [{"key": "gateway.max_connections", "value": 7}]})
        status = daemon.config.stat()
        self.assertEqual((status.st_uid, status.st_gid, status.st_mode & 0o777), (65534, 60, 0o640))
        self.assertIn("max_connections = 7", daemon.config.read_text())

    async def test_signal_and_method_reload_alike(self):
        daemon = await self.daemon("reload")
        text = daemon.config.read_text()
        section = "\n[messaging.broadcast]\nmin_peer_interval_s = {}\n"

        async def interval() -> int:
            return (await daemon.call("peers.get_broadcast_state"))["min_peer_interval_s"]

        daemon.config.write_text(text + section.format(7))
        daemon.process.send_signal(signal.SIGHUP)

        async def has_followed() -> bool:
            return await interval() == 7

        await until(has_followed, "the daemon follows the file")
        daemon.config.write_text(text.replace("listen_port", "listen_prot") + section.format(8))
        answer = await daemon.call("config.reload")
        self.assertEqual(answer["applied"], ["messaging.broadcast.min_peer_interval_s"])
        self.assertEqual(answer["requires_restart"], ["transport.listen_port"])
        self.assertEqual(await interval(), 8)
        daemon.config.write_text("nonsense")
        error = await self.refusal(daemon, "config.reload", None)
        self.assertEqual(error.code, -32020)
        self.assertEqual(await interval(), 8)

    async def test_writers_do_not_lose_each_others_edits(self):
        daemon = await self.daemon("busy")
        intervals = [
            daemon.call("peers.set_broadcast_config", {"min_peer_interval_s": 100 + number}) for number in range(10)
        ]
        peers = [
            daemon.call("peers.add_static", {"address": f"127.0.0.1:{9 + number}", "label": f"p{number}"})
            for number in range(10)
        ]
        other = await self.second_connection(daemon)
        names = [
            other.call("config.set", {"changes": [{"key": "gateway.max_connections", "value": 300 + number}]})
            for number in range(10)
        ]
        await asyncio.gather(*intervals, *peers, *names)
        written = tomllib.loads(daemon.config.read_text())
        self.assertEqual(len(written["peers"]), 10)
        self.assertEqual(written["messaging"]["broadcast"]["min_peer_interval_s"], 109)
        self.assertEqual(written["gateway"]["max_connections"], 309)

    async def second_connection(self, daemon: Daemon):
        from control_socket import ControlSocket

        connection = await ControlSocket.connect(daemon.socket)
        self.addAsyncCleanup(connection.close)
        return connection

    async def test_mesh_status_tells_the_fingerprint_and_never_the_passphrase(self):
        private, other = await self.daemon("a", mesh=private_mesh()), await self.daemon("b", mesh=private_mesh())
        status = await private.call("mesh.status")
        self.assertEqual((status["mode"], status["mesh_id"]), ("private", "interop"))
        self.assertRegex(status["fingerprint"], "^[0-9a-f]{16}$")
        self.assertEqual(status, await other.call("mesh.status"))
        self.assertIn(status["fingerprint"], private.log_text())
        open_mesh = await (await self.daemon("c")).call("mesh.status")
        self.assertEqual(open_mesh, {"mode": "open", "mesh_id": None, "fingerprint": None})
